import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { Invitation } from "./Invitation.tsx";
import { InviteDialog } from "./InviteDialog.tsx";

const link = "https://meet.example.org/m/wNozXCFpcdtqv3Nj";
const linkWithPassphrase = `${link}#k=unlatch%20zesty%20mongoose%20parka`;

export function Dialog() {
  const [isOpen, setOpen] = useState(false);
  return (
    <main>
      <h1>Weekly planning</h1>
      <Button onPress={() => setOpen(true)}>Copy link</Button>
      <InviteDialog link={link} linkWithPassphrase={linkWithPassphrase} isOpen={isOpen} onOpenChange={setOpen} />
    </main>
  );
}

export function Card() {
  return (
    <main style={{ colorScheme: "dark", background: "var(--stage)" }}>
      <h1 style={{ color: "var(--stage-ink)" }}>Weekly planning</h1>
      <Invitation link={link} passphrase={{ linkWithIt: linkWithPassphrase }} />
    </main>
  );
}
