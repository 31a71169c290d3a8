import { describe, expect, it } from "vitest";
import { newSecrets } from "../config/newSecrets.ts";
import { secretsSchema, type Secrets } from "../config/Secrets.ts";
import { apiClientsOf } from "./ApiClient.ts";
import { clientsCommand } from "./clientsCommand.ts";
import { roomName, roomOwner, scopedRoomId } from "./roomScope.ts";

/** Carries out calls one after the other, as they would be written to the file. */
function after(...calls: string[]): { secrets: Secrets; output: string } {
  let secrets = newSecrets();
  let output = "";
  for (const call of calls) {
    const result = clientsCommand(call.split(" "), secrets);
    output = result.output;
    secrets = secretsSchema.parse(JSON.parse(JSON.stringify({ ...secrets, ...result.changed })));
  }
  return { secrets, output };
}

const secretsOf = ({ secrets }: { secrets: Secrets }) => apiClientsOf(secrets).map((client) => client.secrets.length);

describe("npm run clients", () => {
  it("adds clients, each with an id, a key and a secret of its own", () => {
    const { secrets, output } = after("add school", "add clinic");
    const [, school, clinic] = apiClientsOf(secrets);
    expect(output).toBe(`API key:    ${clinic!.key}\nAPI secret: ${clinic!.secrets[0]}`);
    expect(clinic!.secrets[0]).toMatch(/^[A-Za-z0-9_-]{48}$/);
    for (const part of ["id", "key"] as const) expect(clinic![part]).not.toBe(school![part]);
    expect(clinic!.secrets[0]).not.toBe(school!.secrets[0]);
  });

  it("makes new secrets and keeps one older one, until that is revoked", () => {
    const added = after("add school");
    const { secret, key, id } = added.secrets.clients[0]!;
    const rotated = secretsSchema.parse({
      ...added.secrets,
      ...clientsCommand(["rotate", "school"], added.secrets).changed,
    });
    expect(rotated.clients[0]).toMatchObject({ id, key, previousSecret: secret });
    expect(rotated.clients[0]!.secret).not.toBe(secret);
    expect(secretsOf(after("add school", "rotate school", "rotate school"))).toEqual([1, 2]);
    expect(secretsOf(after("add school", "rotate school", "revoke school --previous"))).toEqual([1, 1]);
    expect(secretsOf(after("rotate main"))).toEqual([2]);
    expect(secretsOf(after("rotate main", "revoke main --previous"))).toEqual([1]);
  });

  it("revokes a client, and one of the same name afterwards is another", () => {
    const [revoked, again] = [after("add school", "revoke school"), after("add school", "revoke school", "add school")];
    expect(apiClientsOf(revoked.secrets)).toHaveLength(1);
    expect(again.secrets.clients[0]!.id).not.toBe(after("add school").secrets.clients[0]!.id);
  });

  it("lists clients without their secrets", () => {
    const { secrets, output } = after("add school", "rotate school", "list");
    expect(output).toMatch(/^main {2}.* 1 secret .*\nschool .* 2 secrets /s);
    const all = apiClientsOf(secrets).flatMap((client) => client.secrets);
    expect(all).toHaveLength(3);
    for (const secret of all) expect(output).not.toContain(secret);
  });

  it.each([
    ["", "COMMAND"],
    ["list all", "COMMAND"],
    ["destroy school", "COMMAND"],
    ["add", "COMMAND"],
    ["add a b", "COMMAND"],
    ["add a --previous", "COMMAND"],
    ["add --force a", "--force"],
    ["add main", "already"],
    ["add ../x", "letters"],
    [`add ${"x".repeat(65)}`, "letters"],
    ["rotate nobody", "no client called nobody"],
    ["revoke nobody", "no client called nobody"],
    ["revoke main", "own client"],
    ["revoke main --previous", "one secret only"],
  ])("refuses %j and says what to do", (call, message) => {
    expect(() => after(call)).toThrow(message);
  });
});

describe("a room's id", () => {
  it("names its client, whatever that calls its rooms", () => {
    for (const owner of ["main", "c_0123456789abcdef"]) {
      for (const name of ["lesson", "c_0123456789abcdef", "main", "__proto__"]) {
        const roomId = scopedRoomId(owner, name);
        expect([roomOwner(roomId), roomName(roomId)]).toEqual([owner, name]);
      }
    }
    expect(scopedRoomId("main", "lesson")).toBe("lesson");
  });
});
