/** A place in the program's own code, as a stack trace names it. */
export interface Frame {
  /** `file:line`, the file as the trace writes it. */
  readonly place: string;
  /** Which line of the record names it. */
  readonly index: number;
}

const FRAMES: readonly RegExp[] = [
  // Java, Kotlin, Scala: at pkg.Class.method(File.java:12)
  /^\s*at [\w$./<>@-]+\(([\w$-]+\.(?:java|kt|scala|groovy):\d+)\)/,
  // Node.js: at fn (/app/a.js:1:2), at file:///app/a.mjs:1:2
  /^\s*at (?:.*\()?(?:file:\/\/)?((?:\/|[A-Z]:\\)[^():]+\.[cm]?[jt]sx?:\d+)/,
  // .NET: at X.Y() in /src/A.cs:line 12
  /^\s*at .+ in (.+\.(?:cs|fs|vb)):line (\d+)/,
  // Python
  /^\s*File "([^"<>]+)", line (\d+)/,
  // Go
  /^\s+(\/\S+\.go:\d+)/,
  // Ruby: from /app/a.rb:3:in `x'
  /^\s*(?:from )?(\/?[\w./-]+\.rb:\d+):in /,
  // PHP: #0 /app/a.php(12): f()
  /^\s*#\d+ (\/[^()]+\.php)\((\d+)\)/,
  // Rust: at ./src/main.rs:3:5, and the panic's own place
  /^\s*at (\.?\/[^:]+\.rs:\d+)/,
  /panicked at (?:'.*', )?([\w./-]+\.rs:\d+)/,
];
// Code that came with the runtime or was installed; the fault is seldom in it.
const FOREIGN =
  /\/(?:node_modules|site-packages|dist-packages|vendor|gems|go\/pkg\/mod|usr\/local\/go\/src|usr\/lib|usr\/local\/lib|opt\/[^/]*(?:go|java|jdk)[^/]*\/src|rustc|\.cargo|\.rustup)\/|^node:|\/python\d[\d.]*\//;
const FOREIGN_JAVA =
  /^\s*at (?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|scala|groovy|org\.(?:springframework|apache|hibernate|eclipse|jboss|postgresql)|io\.(?:netty|grpc|micrometer|reactivex)|reactor|com\.(?:zaxxer|mysql|fasterxml|google))\./;

/** The frame nearest to the failure that lies in the program's own code, of the lines of one record; null when none does. */
export function topOwnFrame(record: readonly string[]): Frame | null {
  const frames = record.flatMap((text, index) => {
    const place = FOREIGN_JAVA.test(text) ? null : placeIn(text);
    return place === null || FOREIGN.test(place) ? [] : [{ place, index }];
  });
  // Python writes the innermost frame last, everybody else first.
  const python = record.some((text) => /^\s*File "/.test(text));
  return (python ? frames.at(-1) : frames[0]) ?? null;
}

function placeIn(text: string): string | null {
  for (const pattern of FRAMES) {
    const match = pattern.exec(text);
    if (match?.[1]) return match[2] === undefined ? match[1] : `${match[1]}:${match[2]}`;
  }
  return null;
}
