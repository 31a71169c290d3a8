import { spawn, type ChildProcess } from "node:child_process";

/**
 * Runs the engine, and ends it when standard input closes: the kernel closes it when this process dies, even by
 * SIGKILL. Signals reach the engine; the exit code is the engine's.
 */
const guardScript = `
engine=
stopped=
trap 'stopped=1; [ -z "$engine" ] || kill -TERM $engine' TERM
exec 3<&0
"$@" </dev/null 3<&- &
engine=$!
[ -z "$stopped" ] || kill -TERM $engine
( while read -r _ <&3; do :; done; kill -TERM $engine; sleep 8; kill -KILL $engine ) >/dev/null 2>&1 &
guard=$!
while :; do
  wait $engine
  code=$?
  kill -0 $engine 2>/dev/null || break
done
kill $guard 2>/dev/null
exit $code
`;

/** Kills whatever is left of a guarded program, the guard itself included. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Starts a program that does not outlive this process. It gets a process group of its own, so that Ctrl-C in the
 * terminal reaches only the control plane, which then stops its engines in order.
 */
export function guardedSpawn(
  binary: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn("/bin/sh", ["-c", guardScript, "guard", binary, ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
  });
}
