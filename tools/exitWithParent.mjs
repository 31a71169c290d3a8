// Loaded by `node --import` into a program that is started with an IPC channel: when whoever started it is gone, also by
// SIGKILL, the channel closes and the program is asked to stop. So nothing is left over.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep the program alive.
process.channel?.unref();
