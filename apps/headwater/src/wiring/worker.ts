// What `startWorker` runs in a thread of its own.
import { enableCompileCache } from 'node:module';

// A thread does not inherit the cache of the main thread; without it every file is compiled anew, at three times the time.
enableCompileCache();
await import('./worker-thread.ts');
