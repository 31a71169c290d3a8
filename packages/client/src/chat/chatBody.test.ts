import { encodeBase64Url } from "@sotto/e2ee";
import { clientMessageIdBytes } from "@sotto/protocol";
import { expect, test } from "vitest";
import { decodeChatBody, encodeChatBody } from "./chatBody.ts";

const clientMessageId = new Uint8Array(clientMessageIdBytes).fill(7);

test("messages of 1 to 200 characters fit into the first kibibyte, to which all of them are padded", () => {
  for (const character of ["a", "é", "語", "😀", '"', "\\", "\n."]) {
    for (const count of [1, 2, 199, 200]) {
      const text = character.repeat(count);
      const body = encodeChatBody({ id: encodeBase64Url(clientMessageId), text });
      expect(body.length).toBeLessThan(1024);
      expect(decodeChatBody(body, clientMessageId)).toMatchObject({ text });
    }
  }
});
