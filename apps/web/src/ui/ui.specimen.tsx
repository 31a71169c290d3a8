import { useState } from "react";
import { report } from "../test/gallery/report.ts";
import { Avatar } from "./Avatar.tsx";
import { Button } from "./Button.tsx";
import { Dialog } from "./Dialog.tsx";
import { IconButton } from "./IconButton.tsx";
import { Logo } from "./Logo.tsx";
import { Menu, MenuItem, MenuSection, MenuSeparator } from "./Menu.tsx";
import { Spinner } from "./Spinner.tsx";
import { Switch } from "./Switch.tsx";
import { useToast } from "./Toast.tsx";

/** The components that no view of ours shows all sides of. */
export function components() {
  return (
    <main>
      <h1>
        <Logo size="l" />
      </h1>
      <Logo variant="mark" />
      <p>
        <Button>Secondary</Button> <Button variant="quiet">Quiet</Button> <Button variant="danger">Danger</Button>
        <Button isPending>Pending</Button>
      </p>
      <p>
        <IconButton label="Messages, 3 unread" tone="solid" badge={3}>
          <Spinner size="s" />
        </IconButton>
        <IconButton label="Leave" tone="danger">
          <Spinner size="s" />
        </IconButton>
        <IconButton label="Turn on" tone="off">
          <Spinner size="s" />
        </IconButton>
      </p>
      <Spinner label="Loading" />
      <OneSwitch />
      {["Ada Lovelace", "Grace", "李雷", "👩‍🚀 Sally", "Ørsted Å"].map((name) => (
        <Avatar key={name} name={name} size="l" />
      ))}
    </main>
  );
}

function OneSwitch() {
  const [on, setOn] = useState(false);
  return (
    <Switch isSelected={on} onChange={setOn}>
      Reduce noise
    </Switch>
  );
}

export function menu() {
  return (
    <main>
      <h1>Menu</h1>
      <Menu label="Actions" trigger={<Button>Open</Button>}>
        <MenuItem onAction={report("copy")}>Copy link</MenuItem>
        <MenuSeparator />
        <MenuSection title="View" selected="grid" onSelect={report("select")}>
          <MenuItem id="grid">Grid</MenuItem>
          <MenuItem id="speaker">Speaker</MenuItem>
        </MenuSection>
      </Menu>
    </main>
  );
}

export function dialog() {
  return <OneDialog />;
}

function OneDialog() {
  const [isOpen, setOpen] = useState(false);
  return (
    <main>
      <h1>Dialog</h1>
      <Button onPress={() => setOpen(true)}>End meeting</Button>
      <Dialog
        title="End the meeting for everyone?"
        role="alertdialog"
        isOpen={isOpen}
        onOpenChange={setOpen}
        actions={
          <>
            <Button onPress={() => setOpen(false)}>Cancel</Button>
            <Button variant="danger" onPress={report("end")}>
              End for everyone
            </Button>
          </>
        }
      >
        Everybody leaves at once.
      </Dialog>
    </main>
  );
}

export function toast() {
  return <OneToast />;
}

function OneToast() {
  const show = useToast();
  return (
    <main>
      <h1>Toast</h1>
      <Button onPress={() => show({ text: "Link copied" })}>Copy</Button>
    </main>
  );
}
