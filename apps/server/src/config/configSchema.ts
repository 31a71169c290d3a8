import { z } from "zod";

const port = z.int().min(0).max(65535);
const seconds = (min: number, max: number) => z.int().min(min).max(max);
const url = (protocols: RegExp) => z.url({ protocol: protocols, hostname: /.+/ });

/** Words that appear in example files and not in secrets. */
const placeholders = /secret|change.?me|password|plugnmeet|sotto|example|12345678|abcdefgh/i;

const strongSecret = z
  .string()
  .min(32, "a secret needs at least 32 characters; make one with: openssl rand -base64 36")
  .refine(
    (secret) => new Set(secret).size >= 12 && !placeholders.test(secret),
    "this secret can be guessed; make one with: openssl rand -base64 36",
  );

const apiKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{4,128}$/, "an API key has 4 to 128 characters: letters, digits, - and _");

/**
 * The one configuration file. Descriptions become `docs/configuration.md`; every leaf can also be given as an
 * environment variable (`server.port` as `SOTTO_SERVER_PORT`).
 */
export const configSchema = z.strictObject({
  dataDir: z
    .string()
    .optional()
    .describe("Folder of the secrets file and of the embedded database. Default: `data` beside the program."),
  webDir: z.string().optional().describe("Folder of the built page. Default: `apps/web/dist`."),
  server: z
    .strictObject({
      host: z
        .string()
        .default("127.0.0.1")
        .describe("Address to listen on. `0.0.0.0` makes it reachable from outside."),
      port: port
        .default(8080)
        .describe("The one public port: page, API, messages and media signalling. 0 takes a free one."),
      publicUrl: url(/^https?$/)
        .optional()
        .describe(
          "Origin under which browsers reach this installation, e.g. `https://meet.example.org`. Default: the address of each request.",
        ),
      trustProxy: z
        .boolean()
        .default(false)
        .describe(
          "Take the client's address and protocol from `X-Forwarded-*`. Only behind a reverse proxy that sets them.",
        ),
      frameAncestors: z
        .array(url(/^https?$/))
        .default([])
        .describe("Origins whose pages may embed the meeting page in a frame."),
    })
    .prefault({}),
  api: z
    .strictObject({
      key: apiKey.optional().describe("API key of the management API. Default: the one in the secrets file."),
      secret: strongSecret
        .optional()
        .describe("API secret: signs management requests and join tokens. Default: the one in the secrets file."),
      previousSecret: strongSecret
        .optional()
        .describe("The secret before `api.secret`, which stays good while integrators change to the new one."),
      requestsPerMinute: z
        .int()
        .min(1)
        .default(6000)
        .describe("Management requests of one API client per minute, on each node. All may come at once."),
      requireReplayProtection: z
        .boolean()
        .default(false)
        .describe(
          "Refuse management requests without `X-Request-Timestamp` and `X-Request-Nonce`. The official SDKs send neither.",
        ),
    })
    .refine((api) => (api.key === undefined) === (api.secret === undefined), "api.key and api.secret belong together")
    .refine(
      (api) => api.previousSecret === undefined || api.secret !== undefined,
      "api.previousSecret needs api.key and api.secret",
    )
    .prefault({}),
  guests: z
    .strictObject({
      mayOpenMeetings: z
        .boolean()
        .optional()
        .describe(
          "Whether anybody may open a meeting from the landing page. Default: only while `server.host` is loopback.",
        ),
      requestsPerMinute: z
        .int()
        .min(1)
        .default(30)
        .describe("Meetings opened and links followed per client address and minute, on each node."),
      emptyTimeoutSeconds: seconds(10, 86_400)
        .default(300)
        .describe("How long a guest's meeting stays open after the last person left."),
    })
    .prefault({}),
  e2ee: z
    .strictObject({
      passphraseInLink: z
        .boolean()
        .default(true)
        .describe(
          "Whether people may make invitation links that carry a meeting's passphrase. It is in the link's fragment, which no server sees, but whoever gets the link has it.",
        ),
    })
    .prefault({}),
  sessions: z
    .strictObject({
      awaySeconds: seconds(1, 600)
        .default(150)
        .describe(
          "How long a person whose connection was lost stays on the list of people, and gets what was said meanwhile. Clients try to come back for 150 s.",
        ),
      closedSeconds: seconds(1, 600)
        .default(20)
        .describe("How long a person who closed the page stays on the list of people: a reload is no departure."),
      seatSeconds: seconds(2, 600)
        .default(120)
        .describe("How long a person may take to connect after joining before the seat is given up."),
      epochSeconds: seconds(1, 21_600)
        .default(21_600)
        .describe(
          "How long the keys of an end-to-end encrypted session are used at most, also when nobody comes or goes.",
        ),
      sweepMs: z
        .int()
        .min(50)
        .max(10_000)
        .default(1000)
        .describe("How often each node looks for deadlines that have passed."),
    })
    .prefault({}),
  messages: z
    .strictObject({
      publicMegabytes: z
        .int()
        .min(1)
        .max(1024)
        .default(8)
        .describe(
          "Memory for the messages to everybody of one meeting, reserved when it starts. A full meeting takes no more messages; none is dropped.",
        ),
      privateMegabytes: z
        .int()
        .min(1)
        .max(1024)
        .default(4)
        .describe("Memory for the private messages of one meeting, reserved when it starts."),
      personPercent: z
        .int()
        .min(1)
        .max(100)
        .default(25)
        .describe("How much of each of the two a single person may fill, through each node."),
      perSecond: z
        .int()
        .min(1)
        .max(1000)
        .default(5)
        .describe(
          "Messages that one person may send per second on average, through each node; those of six seconds may come at once.",
        ),
    })
    .prefault({}),
  files: z
    .strictObject({
      dir: z
        .string()
        .optional()
        .describe(
          "Folder of the encrypted files of running meetings. Several nodes need one that they share. Default: `blobs` in the data folder.",
        ),
      maxFileMegabytes: z.int().min(1).max(1024).default(50).describe("Largest file in a chat; a room may allow less."),
      maxSessionMegabytes: z
        .int()
        .min(1)
        .max(1_048_576)
        .default(1000)
        .describe("How much all files of a meeting may take up."),
      requestsPerMinute: z
        .int()
        .min(1)
        .default(60)
        .describe("Files that one person may send and fetch per minute, on each node."),
    })
    .prefault({}),
  receipts: z
    .strictObject({
      keepDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(365)
        .describe("How long the data receipts of ended meetings are kept. They hold nothing about people."),
    })
    .prefault({}),
  recording: z
    .strictObject({
      enabled: z
        .boolean()
        .optional()
        .describe(
          "Whether meetings can be recorded. Default: where Chromium and ffmpeg are found on this machine, or recorders run elsewhere.",
        ),
      ownRecorder: z
        .boolean()
        .default(true)
        .describe(
          "Whether this node starts a recorder as a child process when a recording begins. Off where `npm run recorder` runs on other machines.",
        ),
      atOnce: z.int().min(1).max(64).default(2).describe("Recordings that the own recorder makes at the same time."),
      dir: z
        .string()
        .optional()
        .describe(
          "Folder of the recordings. Several nodes and recorders need one that they share. Default: `recordings` in the data folder.",
        ),
      keepDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(90)
        .describe("How long recordings are kept; then file and record are deleted."),
      ageRecipient: z
        .string()
        .regex(/^age1[0-9a-z]{20,4000}$/, "must be an age recipient, such as age-keygen prints")
        .optional()
        .describe(
          "Public key (age) that the own recorder encrypts recordings to before anything is written: only who has its secret key can watch them.",
        ),
      chromium: z
        .string()
        .optional()
        .describe("Path of the Chromium that recordings are made in. Default: `chromium`, then Chrome, on `PATH`."),
      ffmpeg: z.string().optional().describe("Path of ffmpeg. Default: the one on `PATH`."),
    })
    .prefault({}),
  analytics: z
    .strictObject({
      allowed: z
        .boolean()
        .default(true)
        .describe(
          "Whether rooms may ask for attendance statistics (`enable_analytics`). Where not, none has any, whatever it asks for.",
        ),
      keepDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(30)
        .describe("How long the statistics of ended meetings are kept. They name people."),
    })
    .prefault({}),
  database: z
    .strictObject({
      url: url(/^postgres(ql)?$/)
        .optional()
        .describe(
          "Postgres for the records; also read from `DATABASE_URL`. Default: an embedded database in the data folder.",
        ),
    })
    .prefault({}),
  nats: z
    .strictObject({
      pendingPerNetwork: z
        .int()
        .min(1)
        .max(100_000)
        .default(256)
        .describe(
          "Message connections of one client address (of IPv6, one /64) that have not logged in yet, on each node. More are turned away until these have; who does not log in is closed after 8 seconds.",
        ),
      url: url(/^(nats|tls)$/)
        .optional()
        .describe("A nats-server that is run by somebody else. Default: one is started as a child process."),
      websocketUrl: url(/^wss?$/)
        .optional()
        .describe("WebSocket address of that nats-server, as seen from this node; required with `nats.url`."),
      replicas: z
        .int()
        .refine((replicas) => [1, 3, 5].includes(replicas), "must be 1, 3 or 5")
        .default(1)
        .describe("Copies of the meetings' state and messages in a cluster: 3 survives the loss of one server."),
      serverBin: z
        .string()
        .optional()
        .describe("Path of the nats-server program. Default: `.sotto/engines`, then `PATH`."),
    })
    .refine(
      (nats) => (nats.url === undefined) === (nats.websocketUrl === undefined),
      "nats.url and nats.websocketUrl belong together",
    )
    .prefault({}),
  livekit: z
    .strictObject({
      url: url(/^https?$/)
        .optional()
        .describe(
          "A livekit-server that is run by somebody else, as seen from this node. Default: one is started as a child process.",
        ),
      key: apiKey.optional().describe("API key of that livekit-server. Default: the one in the secrets file."),
      secret: strongSecret
        .optional()
        .describe("API secret of that livekit-server. Default: the one in the secrets file."),
      serverBin: z
        .string()
        .optional()
        .describe("Path of the livekit-server program. Default: `.sotto/engines`, then `PATH`."),
      udpPort: port
        .default(7882)
        .describe("UDP port of the media. Must be reachable by the participants. 0 takes a free one."),
      tcpPort: port.default(7881).describe("TCP port of the media, where UDP is blocked. 0 takes a free one."),
      nodeIp: z
        .union([z.ipv4(), z.ipv6()])
        .optional()
        .describe(
          "Address that participants send media to. Default: loopback while `server.host` is loopback, else the machine's first own address.",
        ),
      iceHosts: z
        .array(
          z
            .string()
            .regex(
              /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i,
              "must be a host or host:port, such as turn.example.org:443",
            ),
        )
        .default([])
        .describe(
          "STUN and TURN servers that browsers may use when livekit-server names them, as `host` or `host:port`. They ignore all others, so that no third party learns who is in a meeting. The livekit-server that is started as a child process needs none.",
        ),
    })
    .refine(
      (livekit) => (livekit.key === undefined) === (livekit.secret === undefined),
      "livekit.key and livekit.secret belong together",
    )
    .prefault({}),
  webhooks: z
    .strictObject({
      urls: z
        .array(url(/^https?$/))
        .default([])
        .describe("Addresses that hear of every room, beside the room's own `webhook_url`."),
      allowedNetworks: z
        .array(z.union([z.cidrv4(), z.cidrv6()], "must be a network such as 10.1.0.0/16 or fd12::/48"))
        .default([])
        .describe(
          "Networks that webhooks may be sent to though they are not public, e.g. `10.1.0.0/16`. Whoever may create rooms can then have this server call machines there.",
        ),
      timeoutSeconds: seconds(1, 60)
        .default(10)
        .describe("How long one delivery may take, from finding the address to the end of the answer."),
      maxDelaySeconds: seconds(1, 3_600)
        .default(600)
        .describe("Longest time between two attempts. The first is repeated after a second, then after twice as long."),
      giveUpHours: z
        .int()
        .min(1)
        .max(168)
        .default(24)
        .describe("How long a delivery is attempted before it is put aside, see `npm run webhooks`."),
      keepDays: z
        .int()
        .min(1)
        .max(90)
        .default(7)
        .describe("How long deliveries that were put aside are kept, in which they can be sent again."),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      port: port
        .optional()
        .describe(
          "Port of `GET /metrics` for Prometheus: counts and durations, none of which names a person, a room or a session. Default: there are no metrics. 0 takes a free one.",
        ),
      host: z
        .string()
        .default("127.0.0.1")
        .describe("Address of that port. It asks for no password: keep it where only Prometheus reaches it."),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(["silent", "error", "warn", "info", "debug"])
        .default("info")
        .describe(
          "How much is written to the log (standard error, JSON lines). No level writes a key, a token, a message or a name.",
        ),
    })
    .prefault({}),
});
export type Config = z.infer<typeof configSchema>;
