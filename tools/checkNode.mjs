// Imported first by every program of this folder: on a Node that is too old, say so before anything newer is evaluated.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Sotto needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\n` +
      "Install a current Node from https://nodejs.org or with your package manager, and start again.",
  );
  process.exit(1);
}
if (process.platform === "win32") {
  console.error(
    "Sotto runs on Linux and macOS. On Windows, use it inside WSL: https://learn.microsoft.com/windows/wsl",
  );
  process.exit(1);
}
