interface SecurityHeadersOptions {
  frameAncestors: readonly string[];
  /** Whether browsers are to insist on https from now on. */
  https: boolean;
}

/**
 * Headers of every answer. Nothing is loaded from anywhere else, no script or style is inline, nobody learns where a
 * person came from, and the page may use what a meeting needs and nothing more. WebAssembly is what turns a passphrase
 * into a key; it lets no text become a script.
 */
export function securityHeaders({ frameAncestors, https }: SecurityHeadersOptions): Record<string, string> {
  const policy = [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : ["'self'", ...frameAncestors].join(" ")}`,
  ];
  const own = [
    "autoplay",
    "camera",
    "display-capture",
    "fullscreen",
    "microphone",
    "screen-wake-lock",
    "speaker-selection",
  ];
  const none = [
    "accelerometer",
    "bluetooth",
    "browsing-topics",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "midi",
  ];
  const never = [...none, "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking"];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "permissions-policy": [...own.map((name) => `${name}=(self)`), ...never.map((name) => `${name}=()`)].join(", "),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    ...(frameAncestors.length === 0 && { "x-frame-options": "DENY" }),
    ...(https && { "strict-transport-security": "max-age=31536000" }),
  };
}
