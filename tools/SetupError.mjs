/** Something the person at the terminal has to see to. The message says what is missing and what to do; no stack is shown. */
export class SetupError extends Error {}
