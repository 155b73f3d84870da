// Icons as paths on a grid of 20: they take the colour of the text, and say nothing to screen readers.
const PATHS = {
  runbooks: "M4 3.5h9l3 3v10H4zM7 8h6M7 11h6M7 14h3",
  reviews: "M10 3.2l6 2.3v4.3c0 3.4-2.4 5.9-6 7-3.6-1.1-6-3.6-6-7V5.5zM7.3 10l2 2 3.5-3.7",
  executions: "M3 10h3.2l2-5 3.6 10 2-5H17",
  incidents: "M10 3.2 17.5 16.5h-15zM10 8v4M10 14.2v.3",
  automations: "M11 2.5 4.5 11H10l-1 6.5L15.5 9H10z",
  audit: "M4 4.5h12M4 8.2h12M4 11.9h7M4 15.6h7M14 12.5v4M12 14.5h4",
  controls: "M4 6h8M15 6h1M4 14h1M8 14h8M13.5 4.2v3.6M6.5 12.2v3.6",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  cross: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  dash: "M5 10h10",
  dot: "M10 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  clock: "M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 6.5V10l2.5 1.7",
  running: "M10 3.5a6.5 6.5 0 1 1-6.3 8M3.5 4.5v3.5H7",
  pencil: "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.5 6l2.6 2.6",
  warning: "M10 3.5 17 16H3zM10 8v4M10 13.8v.2",
  info: "M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM10 9.2v4M10 6.6v.2",
  search: "M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4zM12.7 12.7 16.5 16.5",
  sun: "M10 6.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4zM10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.3 4.3l1.3 1.3M14.4 14.4l1.3 1.3M15.7 4.3l-1.3 1.3M5.6 14.4l-1.3 1.3",
  moon: "M15.8 12A6.5 6.5 0 0 1 8 4.2a6.5 6.5 0 1 0 7.8 7.8z",
  screen: "M3 4.5h14v9H3zM7.5 16.5h5M10 13.5v3",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  leave: "M8 4H4v12h4M8.5 10H17M13.5 6.5 17 10l-3.5 3.5",
  play: "M6.5 4.5v11l9-5.5z",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  plus: "M10 4v12M4 10h12",
  arrow: "M4 10h12M11.5 5.5 16 10l-4.5 4.5",
  sources: "M3 10h4.5M7.5 6v8M7.5 7H12a3 3 0 0 1 0 6H7.5M15 10h2",
  unplugged:
    "M4 16 16 4M5.5 9a7 7 0 0 1 9.5 0M8 12.2a3 3 0 0 1 4 0M2.8 6.2a11 11 0 0 1 5-2.6M12.2 3.6a11 11 0 0 1 5 2.6M10 15.5v.2",
  lock: "M5 9h10v7.5H5zM7.2 9V6.5a2.8 2.8 0 0 1 5.6 0V9",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** The sign of the console. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#3046c8" />
      <path d="M9 9.5h14M9 16h8M9 22.5h5" stroke="#fff" stroke-width="3" stroke-linecap="round" />
      <path d="m20 17.5 6 4.5-6 4.5z" fill="#8ef0b4" />
    </svg>
  );
}
