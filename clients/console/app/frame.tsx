// The frame of all pages: skip link, navigation, who is signed in, and the page itself.
import { useState } from "preact/hooks";
import { requireMe, session } from "../data/session.ts";
import { switchTheme, theme } from "../data/theme.ts";
import { currentPage, here, hrefOf } from "../navigation/location.ts";
import { Announcements } from "../parts/announcements.tsx";
import { Button } from "../parts/button.tsx";
import { Icon, type IconName, Mark } from "../parts/icon.tsx";
import { Outside } from "../parts/text.tsx";
import { beginSignIn, signOut } from "../session/sign-in.ts";
import { Outlet } from "./outlet.tsx";
import { findPage, listMenu } from "./pages.ts";

export function Frame() {
  return (
    <>
      <a class="skip" href="#page">
        Skip to the page
      </a>
      <div class="frame">
        <Side />
        <div class="content">
          {session.value.kind === "ended" && <SessionBar />}
          <main class="main" id="page" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <Announcements />
    </>
  );
}

function Side() {
  const [isOpen, setOpen] = useState(false);
  return (
    <header class="side" data-open={isOpen}>
      <a class="brand" href={hrefOf("/")}>
        <Mark />
        Runbooks
      </a>
      <span class="menu-button">
        <button type="button" class="button plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name="menu" />
          Menu
        </button>
      </span>
      <Menu onFollow={() => setOpen(false)} />
      <div class="side-end">
        <Who />
      </div>
    </header>
  );
}

function Menu({ onFollow }: { onFollow: () => void }) {
  const section = findPage(here.value.path)?.page.section;
  return (
    <nav aria-label="Console">
      <ul class="menu">
        {listMenu(requireMe()).map(({ path: to, label, icon }) => (
          <li key={to}>
            <a
              href={hrefOf(to)}
              aria-current={to === section ? (to === here.value.path ? "page" : "true") : undefined}
              onClick={onFollow}
            >
              <Icon name={icon} />
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const THEME_ICONS: Record<typeof theme.value, IconName> = { system: "screen", light: "sun", dark: "moon" };

function Who() {
  const { subject, name, email, roles } = requireMe();
  const teams = Object.entries(roles.teams).map(([team, held]) => `${team}: ${held.join(", ")}`);
  const all = [
    ...(roles.platformAdmin ? ["platform admin"] : []),
    ...(roles.platformAuditor ? ["platform auditor"] : []),
    ...teams,
  ];
  return (
    <>
      <div class="side-actions">
        <Button
          kind="plain"
          small
          icon={THEME_ICONS[theme.value]}
          label={`Colours: ${theme.value}. Switch`}
          onClick={switchTheme}
        />
        <Button kind="plain" small icon="leave" onClick={signOut}>
          Sign out
        </Button>
      </div>
      <div class="who">
        <strong title={email ?? subject}>
          <Outside text={name ?? subject} />
        </strong>
        {all.map((role) => (
          <span key={role} class="small muted">
            <Outside text={role} />
          </span>
        ))}
        {all.length === 0 && <span class="small muted">no roles</span>}
      </div>
    </>
  );
}

function SessionBar() {
  return (
    <div class="session-bar" role="alert">
      <span>Your session has ended. What you see stays, but nothing can be loaded or saved.</span>
      <Button small kind="primary" onClick={() => beginSignIn(currentPage())}>
        Sign in again
      </Button>
    </div>
  );
}
