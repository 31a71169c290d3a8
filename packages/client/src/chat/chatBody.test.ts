import { encodeBase64Url } from "@sotto/e2ee";
import { expect, test } from "vitest";
import { decodeChatBody, encodeChatBody } from "./chatBody.ts";

const clientId = new Uint8Array(16).fill(7);
const id = encodeBase64Url(clientId);

test("messages of 1 to 200 characters fit into the first kibibyte, to which all of them are padded", () => {
  for (const character of ["a", "é", "語", "😀", '"', "\\", "\n."]) {
    for (const count of [1, 2, 199, 200]) {
      const said = { id, text: character.repeat(count), replyTo: `p_AAAAAAAAAAAAAAAA/${id}` };
      const body = encodeChatBody(said);
      expect(body.length).toBeLessThan(1024);
      expect(decodeChatBody(body, clientId)).toEqual(said);
    }
  }
});

test("a body is of the message that it came in; those of older pages do not say", () => {
  const other = clientId.with(0, 8);
  for (const body of [{ id, text: "x" }, { id, kind: "deletion", deletes: id } as const]) {
    expect(() => decodeChatBody(encodeChatBody(body), other)).toThrow(/another message/);
  }
  expect(decodeChatBody(encodeChatBody({ text: "x" }), other)).toEqual({ text: "x" });
});
