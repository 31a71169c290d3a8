import { Lock, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs, VisuallyHidden } from "react-aria-components";
import { useTranslation } from "react-i18next";
import styles from "./Conversations.module.css";

export interface ConversationsProps {
  /** People with whom there is a private conversation. */
  peers: readonly { peerId: string; name: string; unread: number }[];
  unreadOfAll: number;
  /** In how many of them we are mentioned. */
  mentionsOfAll: number;
  /** The peer whose conversation is shown, null for the one of everybody. */
  chosen: string | null;
  onChoose: (peerId: string | null) => void;
  /** The chosen conversation. */
  children: ReactNode;
}

const everybody = "everybody";

/** Which conversation is shown; without a private one there is nothing to choose. */
export function Conversations({ peers, unreadOfAll, mentionsOfAll, chosen, onChoose, children }: ConversationsProps) {
  const { t } = useTranslation("chat");
  if (peers.length === 0) return children;
  const selected = chosen ?? everybody;
  return (
    <Tabs
      className={styles.conversations ?? ""}
      selectedKey={selected}
      onSelectionChange={(key) => onChoose(key === everybody ? null : String(key))}
    >
      <TabList aria-label={t("conversations")} className={styles.list ?? ""}>
        <ConversationTab
          id={everybody}
          name={t("everybody")}
          unread={unreadOfAll}
          mentions={mentionsOfAll}
          icon={<UsersRound />}
        />
        {peers.map(({ peerId, name, unread }) => (
          <ConversationTab key={peerId} id={peerId} name={name} unread={unread} icon={<Lock />} isPrivate />
        ))}
      </TabList>
      <TabPanel id={selected} className={styles.panel ?? ""}>
        {children}
      </TabPanel>
    </Tabs>
  );
}

interface ConversationTabProps {
  id: string;
  name: string;
  unread: number;
  mentions?: number;
  icon: ReactNode;
  isPrivate?: boolean;
}

function ConversationTab({ id, name, unread, mentions = 0, icon, isPrivate = false }: ConversationTabProps) {
  const { t } = useTranslation("chat");
  const named = isPrivate ? t("privateWith", { name }) : name;
  const label = mentions > 0 ? t("mentionsYou", { label: named, count: mentions }) : named;
  return (
    <Tab id={id} className={styles.tab ?? ""} data-private={isPrivate || undefined}>
      <VisuallyHidden>{unread > 0 ? t("unread", { label, count: unread }) : label}</VisuallyHidden>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <span className={styles.name} dir="auto" aria-hidden="true">
        {name}
      </span>
      {unread > 0 && (
        <span className={styles.unread} aria-hidden="true">
          {mentions > 0 && "@ "}
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </Tab>
  );
}
