// The form of a parameter's name.

export const PARAMETER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
