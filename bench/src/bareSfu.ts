import { readFileSync } from "node:fs";
import { join } from "node:path";
import { enginesOf, type Stack } from "@sotto/dev-env";
import { AccessToken, RoomServiceClient } from "livekit-server-sdk";

/** A stack's livekit-server, for pages that go straight to it. */
export interface BareSfu {
  /** `ws://…` */
  url: string;
  createRoom(name: string): Promise<void>;
  token(room: string, identity: string): Promise<string>;
}

export function bareSfuOf(stack: Stack): BareSfu {
  const dataFolder = join(stack.folder, "node-1");
  const { url } = enginesOf(dataFolder).livekit;
  const { livekit } = JSON.parse(readFileSync(join(dataFolder, "secrets.json"), "utf8")) as {
    livekit: { key: string; secret: string };
  };
  const rooms = new RoomServiceClient(url, livekit.key, livekit.secret);
  return {
    url: url.replace("http", "ws"),
    createRoom: async (name) => void (await rooms.createRoom({ name, emptyTimeout: 600 })),
    token: (room, identity) => {
      const token = new AccessToken(livekit.key, livekit.secret, { identity, ttl: 600 });
      token.addGrant({ room, roomJoin: true, canPublish: true, canSubscribe: true });
      return token.toJwt();
    },
  };
}
