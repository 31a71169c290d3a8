/** What went wrong when the server called somebody else's. */
export type OutboundFault = "address_not_allowed" | "name_not_found" | "timeout" | "tls" | "connection";

/** Somebody else's server could not be called. Says neither which nor why in its own words: addresses hold secrets. */
export class OutboundError extends Error {
  override readonly name = "OutboundError";
  readonly fault: OutboundFault;

  constructor(fault: OutboundFault) {
    super(fault);
    this.fault = fault;
  }

  /** Of what Node's sockets and TLS throw. */
  static of(error: unknown): OutboundError {
    if (error instanceof OutboundError) return error;
    const code = String((error as NodeJS.ErrnoException).code);
    return new OutboundError(/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code) ? "tls" : "connection");
  }
}
