import type { Log } from '@headwater/engine/ports/log.ts';

/** What was started and must be stopped, in the other order. */
export class CleanUp {
  private readonly steps: { readonly name: string; readonly stop: () => Promise<unknown> }[] = [];
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  add(name: string, stop: () => Promise<unknown>): void {
    this.steps.push({ name, stop });
  }

  /** Stops everything, whatever fails; false when something did. */
  async run(): Promise<boolean> {
    let clean = true;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step.stop();
      } catch (error) {
        clean = false;
        this.log.error({ part: step.name, error }, 'a part did not stop cleanly');
      }
    }
    return clean;
  }
}
