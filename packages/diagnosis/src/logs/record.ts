/** What a line is within its record: the start of one, a line that names what failed, or a frame or other detail. */
export type LineRole = 'start' | 'key' | 'rest';

// A nested cause, in Java, .NET, Python and Go spelling.
const KEY = /^\s*(?:Caused by: |Suppressed: |---> |Wrapped by: |\[CIRCULAR )/;
const FRAME =
  /^\s*(?:at [\w$.<>[\]`/|@ -]+[(:]|at (?:async )?(?:file|node|\/|[A-Z]:\\)|\.\.\. \d+ (?:more|common frames)|--- End of|goroutine \d+|created by |\[signal |exit status \d|File ".*", line \d+|\^+\s*$|stack backtrace:|note: (?:run with|Some details)|\d+: +0x)/;
const GO_FRAME = /^[\w./*()-]+\([^)]*\)$|^\s+\/\S+\.go:\d+/;
const EXCEPTION_HEAD = /^[\w$]+(?:[.:/][\w$]+)*(?:Exception|Error|Throwable|Failure|Fault)(?::|$)/;
const PYTHON_LINK = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const PYTHON_LAST = /^[A-Za-z_][\w.]*(?::\s|$)/;
const NET_HEADER = /^(?:trce|dbug|info|warn|fail|crit): \S+\[\d+\]\s*$/;

type Mode = 'plain' | 'python' | 'next-names' | 'go';

/** Groups the lines of a log into records, so that a stack trace belongs to the line that began it. */
export class RecordTracker {
  #mode: Mode = 'plain';
  #afterFileLine = false;
  #inFailure = false;

  /** The role of the next line. */
  next(text: string): LineRole {
    // A structured line is a record of its own, unless it stands where the one before it goes on.
    if (text.startsWith('{') && this.#mode !== 'next-names' && this.#mode !== 'python') return this.#plain('start');
    if (text.trim() === '') return 'rest';
    if (this.#mode === 'next-names') return this.#plain('key');
    if (/^\s*Traceback \(most recent call last\)/.test(text)) return this.#enter('python');
    if (this.#mode === 'python') return this.#python(text);
    if (KEY.test(text)) return 'key';
    if (FRAME.test(text) || (this.#mode === 'go' && GO_FRAME.test(text))) return 'rest';
    if (NET_HEADER.test(text) || /^thread '.*' panicked at [^']*:\d+:?$/.test(text)) return this.#enter('next-names');
    if (/^(?:panic: |fatal error: |runtime: )/.test(text)) {
      this.#mode = 'go';
      return 'start';
    }
    if (/^\s/.test(text)) return EXCEPTION_HEAD.test(text.trim()) ? 'key' : 'rest';
    // Loggers print the exception below the message that reports it.
    return this.#plain(this.#inFailure && EXCEPTION_HEAD.test(text) ? 'key' : 'start');
  }

  /** Tells the tracker whether the record that just started reports a failure. */
  started(failure: boolean): void {
    this.#inFailure = failure;
  }

  #enter(mode: Mode): LineRole {
    this.#mode = mode;
    this.#afterFileLine = false;
    return mode === 'python' ? 'rest' : 'start';
  }

  #plain(role: LineRole): LineRole {
    this.#mode = 'plain';
    return role;
  }

  #python(text: string): LineRole {
    const isFile = /^\s*File ".*", line \d+/.test(text);
    // Frozen modules have no source line: an exception may follow their frame at once.
    const isCode = this.#afterFileLine && !isFile && !EXCEPTION_HEAD.test(text);
    this.#afterFileLine = isFile;
    if (isFile || isCode || /^\s/.test(text) || PYTHON_LINK.test(text)) return 'rest';
    if (!PYTHON_LAST.test(text)) return 'rest';
    this.#mode = 'plain';
    return 'key';
  }
}
