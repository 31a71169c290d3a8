import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AccessToken, RoomServiceClient } from "livekit-server-sdk";

/** livekit-server without the control plane in front of it, and the installation's own key to it. */
export interface SfuAccess {
  url: string;
  api: RoomServiceClient;
  /** A media token that may do everything in a session. */
  token: (sessionId: string, identity: string) => Promise<string>;
}

/** The SFU of a test's stack, as somebody who took it over has it. For tests. */
export function sfuOf({ folder }: { folder: string }): SfuAccess {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const read = (name: string) => {
    const file = files.find((path) => path.endsWith(name));
    if (file === undefined) throw new Error(`there is no ${name}`);
    return readFileSync(join(folder, file), "utf8");
  };
  const url = `http://127.0.0.1:${/^port: (\d+)/m.exec(read("livekit.yaml"))?.[1]}`;
  const { key, secret } = (JSON.parse(read("secrets.json")) as { livekit: { key: string; secret: string } }).livekit;
  const token = (room: string, identity: string) => {
    const access = new AccessToken(key, secret, { identity });
    access.addGrant({ room, roomJoin: true });
    return access.toJwt();
  };
  return { url, api: new RoomServiceClient(url, key, secret), token };
}
