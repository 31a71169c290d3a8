import { saveBlob } from "../../../ui/saveBlob.ts";

/** Where a recording goes while it is made. */
export interface RecordingFile {
  /** Resolves when the part is on the disk, or at least out of our hands. */
  write(part: Blob): Promise<void>;
  /** Nothing follows; the person has the file then, or is asked by the browser where to put it. */
  close(): Promise<void>;
}

interface SavePicker {
  showSaveFilePicker(options: {
    suggestedName: string;
    types: { accept: Record<string, string[]> }[];
  }): Promise<FileSystemFileHandle>;
}

/**
 * Opens a file that grows on the disk and not in memory. Where the browser lets the person choose it, that one; else one in
 * the browser's own storage, which is handed over as a download at the end and removed at the next start. Null if the
 * person changed their mind. To be called in a click.
 */
export async function openRecordingFile(suggestedName: string, mimeType: string): Promise<RecordingFile | null> {
  if (hasSavePicker(window)) {
    try {
      const types = [{ accept: { [mimeType]: [".webm"] } }];
      const handle = await window.showSaveFilePicker({ suggestedName, types });
      return growing(await handle.createWritable(), () => Promise.resolve());
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      throw error;
    }
  }
  const folder = await navigator.storage.getDirectory();
  await folder.removeEntry(storedName).catch(() => undefined); // there was none
  const handle = await folder.getFileHandle(storedName, { create: true });
  return growing(await handle.createWritable(), async () => {
    saveBlob(new Blob([await handle.getFile()], { type: mimeType }), suggestedName);
  });
}

const storedName = "recording.webm";

function hasSavePicker(page: Window): page is Window & SavePicker {
  return "showSaveFilePicker" in page;
}

function growing(file: FileSystemWritableFileStream, handOver: () => Promise<void>): RecordingFile {
  let last: Promise<void> = Promise.resolve();
  return {
    write(part) {
      last = last.then(() => file.write(part));
      return last;
    },
    async close() {
      await last;
      await file.close();
      await handOver();
    },
  };
}
