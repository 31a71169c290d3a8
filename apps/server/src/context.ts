import { Activity } from "./analytics/Activity.ts";
import { Analytics } from "./analytics/Analytics.ts";
import { ApiClients } from "./clients/ApiClients.ts";
import { messageLimits } from "./config/derived.ts";
import type { LoadedConfig } from "./config/loadConfig.ts";
import { loadSecrets } from "./config/loadSecrets.ts";
import type { Secrets } from "./config/Secrets.ts";
import { SecretsFile } from "./config/SecretsFile.ts";
import type { Logger } from "pino";
import type { Metrics } from "./metrics/Metrics.ts";
import type { BlobStore } from "./platform/blobs/BlobStore.ts";
import { DiskBlobStore } from "./platform/blobs/DiskBlobStore.ts";
import type { Database } from "./platform/db/openDatabase.ts";
import { Jobs } from "./platform/jobs/Jobs.ts";
import { connectNats, type NatsPlatform } from "./platform/nats/connectNats.ts";
import { Sfu } from "./platform/sfu/Sfu.ts";
import { RecordingFiles } from "./recordings/RecordingFiles.ts";
import { Recordings } from "./recordings/Recordings.ts";
import { tellOfRecordings } from "./recordings/tellOfRecordings.ts";
import { Artifacts } from "./receipts/Artifacts.ts";
import { ReceiptKey } from "./receipts/ReceiptKey.ts";
import { Receipts } from "./receipts/Receipts.ts";
import { ReceiptTokens } from "./receipts/ReceiptTokens.ts";
import { Webhooks } from "./webhooks/Webhooks.ts";
import { Transcripts } from "./receipts/Transcripts.ts";
import { Attendance } from "./sessions/Attendance.ts";
import { Epochs } from "./sessions/Epochs.ts";
import { JoinTokens } from "./sessions/JoinTokens.ts";
import { Openings } from "./sessions/Openings.ts";
import { Participants } from "./sessions/Participants.ts";
import { PastSessions } from "./sessions/PastSessions.ts";
import { Restoration } from "./sessions/Restoration.ts";
import type { ServiceJobs } from "./sessions/ServiceJobs.ts";
import { Services } from "./sessions/Services.ts";
import { ServiceTokens } from "./sessions/ServiceTokens.ts";
import { SessionEvents } from "./sessions/SessionEvents.ts";
import { Sessions } from "./sessions/Sessions.ts";
import { openState, type State } from "./sessions/State.ts";
import { Restarts } from "./sessions/Restarts.ts";
import { sweepBlobs } from "./sessions/sweepBlobs.ts";
import { RosterNews } from "./sessions/RosterNews.ts";
import { Standings } from "./sessions/Standings.ts";
import { Sweep } from "./sessions/Sweep.ts";
import { TicketHolders } from "./sessions/TicketHolders.ts";
import { WaitingRoom } from "./sessions/WaitingRoom.ts";

/** Where the engines are, whoever runs them. */
export interface Endpoints {
  /** `host:port` of each nats-server. */
  natsServers: string[];
  natsWebsocketUrl: string;
  sfuUrl: string;
}

export interface ContextOptions {
  config: LoadedConfig;
  secrets: Secrets;
  endpoints: Endpoints;
  database: Database;
  /** What tests put in the place of recorders and transcribers. Default: jobs for workers. */
  jobs?: ServiceJobs;
  metrics: Metrics;
  log: Logger;
}

/** Everything the features work with. There are no other singletons. */
export interface Context extends AsyncDisposable {
  config: LoadedConfig;
  secrets: Secrets;
  endpoints: Endpoints;
  log: Logger;
  metrics: Metrics;
  /** Durable records. */
  database: Database;
  /** Messages, state in memory, connections. */
  nats: NatsPlatform;
  state: State;
  /** Encrypted files of running sessions. */
  blobs: BlobStore;
  /** Media. */
  sfu: Sfu;
  clients: ApiClients;
  joinTokens: JoinTokens;
  /** What happens in sessions, for whoever listens. */
  events: SessionEvents;
  attendance: Attendance;
  sessions: Sessions;
  epochs: Epochs;
  openings: Openings;
  restarts: Restarts;
  participants: Participants;
  standings: Standings;
  waitingRoom: WaitingRoom;
  services: Services;
  serviceTokens: ServiceTokens;
  ticketHolders: TicketHolders;
  pastSessions: PastSessions;
  artifacts: Artifacts;
  transcripts: Transcripts;
  receipts: Receipts;
  receiptKey: ReceiptKey;
  /** What recorders and transcribers are to do. */
  jobs: Jobs;
  recordings: Recordings;
  activity: Activity;
  analytics: Analytics;
  webhooks: Webhooks;
}

const dayMs = 24 * 3_600_000;

/** Looking at every connection costs more than looking at deadlines. */
const sweepsPerReconciliation = 15;

/** Connects to the engines and puts the services together. */
export async function createContext(options: ContextOptions): Promise<Context> {
  const { config, secrets, endpoints, database, metrics, jobs: otherJobs, log } = options;
  await using cleanup = new AsyncDisposableStack();
  const clients = cleanup.use(
    new ApiClients({
      secrets,
      file: new SecretsFile(config.dataDir).path,
      read: () => loadSecrets(config.dataDir, config),
      log,
    }),
  );
  const sfu = new Sfu({ url: endpoints.sfuUrl, ...secrets.livekit });
  const { natsServers: servers } = endpoints;
  const { replicas, url: sharedNatsUrl } = config.nats;
  const nats = cleanup.use(
    await connectNats({
      servers,
      keys: secrets.nats,
      replicas,
      limits: messageLimits(config),
      isShared: sharedNatsUrl !== undefined,
      log,
    }),
  );
  const closing = new AbortController();
  const [state, blobs] = await Promise.all([
    openState(nats.state, closing.signal),
    DiskBlobStore.open(config.files.dir),
  ]);
  cleanup.defer(() => closing.abort());

  const pastSessions = new PastSessions(database.sql);
  const artifacts = new Artifacts(database.sql);
  const receiptKey = new ReceiptKey(secrets.receipts.privateKey);
  const receipts = new Receipts({
    artifacts,
    key: receiptKey,
    tokens: new ReceiptTokens(secrets.tokens),
    replicas: config.nats.replicas,
    hasWebhooks: config.webhooks.urls.length > 0,
    keepMs: config.receipts.keepDays * dayMs,
  });
  const maxAgeMs = config.sessions.epochSeconds * 1000;
  const epochs = cleanup.use(new Epochs({ state, bus: nats.bus, maxAgeMs, log }));
  const events = new SessionEvents(log);
  const activity = new Activity({ state, log });
  const keepMs = config.analytics.keepDays * dayMs;
  const analytics = new Analytics({ state, activity, artifacts, events, keepMs, log });
  const webhooks = cleanup.use(
    new Webhooks({ config: config.webhooks, clients, tokens: secrets.tokens, state, sql: database.sql, metrics, log }),
  );
  webhooks.follow(events);
  const attendance = new Attendance({ state, events, log });
  const recordings = new Recordings({
    sql: database.sql,
    files: await RecordingFiles.open(config.recording.dir),
    rooms: state.rooms,
    pastSessions,
    keepMs: config.recording.keepDays * dayMs,
  });
  const jobs = new Jobs({
    bucket: state.jobs,
    bus: nats.workers,
    onStored: (body) => recordings.note(body),
    log,
  });
  const serviceJobs = otherJobs ?? jobs;
  const onTrouble = (error: unknown) => log.warn({ err: error }, "nobody was told of a recording");
  tellOfRecordings({ jobs, recordings, events, rooms: state.rooms, pastSessions, onTrouble });
  const deleting = { state, nats, sfu, blobs, attendance, events, pastSessions, receipts, analytics };
  const concluding = { ...deleting, jobs: serviceJobs, metrics, log };
  const sessions = new Sessions({ ...concluding, epochs });
  activity.follow(events);
  cleanup.defer(() => activity.settled());
  cleanup.defer(() => sessions.settled());
  const news = new RosterNews(nats.bus);
  const standings = new Standings({ state, nats, sfu, news, log });
  const awayMs = config.sessions.awaySeconds * 1000;
  const closedMs = config.sessions.closedSeconds * 1000;
  const participants = new Participants({
    state,
    sessions,
    epochs,
    standings,
    attendance,
    news,
    nats,
    sfu,
    awayMs,
    closedMs,
    log,
  });
  new Restoration({ state, nats, sfu, blobs, awayMs, log }).follow();
  const seatMs = config.sessions.seatSeconds * 1000;
  const restarts = new Restarts({ ...concluding, sessions, seatMs });
  const waitingRoom = new WaitingRoom({ state, participants, news, nats, seatMs });
  const serviceTokens = new ServiceTokens(secrets.nats.issuer, state.used);
  const services = new Services({
    state,
    sessions,
    participants,
    standings,
    tokens: serviceTokens,
    jobs: serviceJobs,
    log,
  });
  const { connections } = nats;
  const { sweepMs: intervalMs } = config.sessions;
  const reconcileMs = intervalMs * sweepsPerReconciliation;
  await sweepBlobs(blobs, state);
  cleanup.use(
    new Sweep({
      state,
      sessions,
      restarts,
      participants,
      standings,
      epochs,
      services,
      connections,
      blobs,
      receipts,
      jobs,
      recordings,
      analytics,
      intervalMs,
      reconcileMs,
      log,
    }),
  );

  const owned = cleanup.move();
  return {
    config,
    secrets,
    endpoints,
    log,
    metrics,
    database,
    nats,
    state,
    blobs,
    sfu,
    clients,
    joinTokens: new JoinTokens(clients, state.used),
    events,
    attendance,
    sessions,
    epochs,
    restarts,
    openings: new Openings({ state, sessions }),
    participants,
    standings,
    waitingRoom,
    services,
    serviceTokens,
    ticketHolders: new TicketHolders({ state, sessions }),
    pastSessions,
    artifacts,
    transcripts: new Transcripts(artifacts),
    receipts,
    receiptKey,
    jobs,
    recordings,
    activity,
    analytics,
    webhooks,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
