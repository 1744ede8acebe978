import type { RecordingSource } from '@headwater/engine/ports/recording.ts';

/** The adapters, as the commands need them; each is loaded when first used, so that `--help` starts at once. */
export interface Wiring {
  /** Opens a recording directory or `.tar.gz`. */
  openRecording(path: string): Promise<RecordingSource>;
}

export const wire: Wiring = {
  async openRecording(path) {
    const { openRecording } = await import('@headwater/adapters/recording/open.ts');
    return openRecording(path);
  },
};
