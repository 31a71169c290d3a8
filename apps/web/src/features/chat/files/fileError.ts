import type { ClientErrorCode } from "@sotto/client";

/** The sentence for why a file did not go or come. */
export function fileError(code: ClientErrorCode) {
  switch (code) {
    case "storage_full":
      return "file.error.full";
    case "body_too_large":
      return "file.error.large";
    case "rate_limited":
      return "file.error.busy";
    case "not_found":
      return "file.error.gone";
    case "file_damaged":
      return "file.error.damaged";
    case "file_unreadable":
      return "file.error.unreadable";
    case "not_allowed":
      return "file.error.notAllowed";
    default:
      return "file.error.connection";
  }
}
