/** A configuration file, whole and broken, and what the program that reads it says. */
export interface BrokenFile {
  readonly name: string;
  readonly good: string;
  readonly bad: string;
  readonly says: readonly string[];
  /** A part of the parser's words. */
  readonly keyword: string;
}

/** Broken files of every usual format. */
export const BROKEN_FILES: readonly BrokenFile[] = [
  {
    name: 'config.json',
    good: '{\n  "pageSize": 50,\n  "ttl": 300\n}\n',
    bad: '{\n  "pageSize": 50,\n  "ttl": 300,\n}\n',
    says: [
      '{time} info reading /etc/runtime/config.json',
      'SyntaxError: Expected double-quoted property name in JSON at position 40 (line 4 column 1)',
      '    at JSON.parse (<anonymous>)',
      '    at loadConfig (/app/dist/config.js:14:21)',
    ],
    keyword: 'JSON at position',
  },
  {
    name: 'config.json',
    good: '{\n  "pageSize": 50\n}\n',
    bad: '{\n  "pageSize": 50\n',
    says: [
      '{time} INFO reading /etc/runtime/config.json',
      '{time} FATAL parsing /etc/runtime/config.json: unexpected end of JSON input',
    ],
    keyword: 'unexpected end of JSON input',
  },
  {
    name: 'application.yml',
    good: 'page:\n  size: 50\n  max: 200\n',
    bad: 'page:\n  size: 50\n   max: 200\n',
    says: [
      '{time} ERROR 1 --- [           main] o.s.boot.SpringApplication : Application run failed',
      'org.yaml.snakeyaml.scanner.ScannerException: mapping values are not allowed here',
      " in 'reader', line 3, column 7:",
      '       max: 200',
      '          ^',
    ],
    keyword: 'mapping values are not allowed here',
  },
  {
    name: 'settings.toml',
    good: '[page]\nsize = 50\n',
    bad: '[page\nsize = 50\n',
    says: [
      'Traceback (most recent call last):',
      '  File "/app/main.py", line 9, in <module>',
      '    settings = tomllib.load(file)',
      "tomllib.TOMLDecodeError: Expected ']' at the end of a table declaration (at line 1, column 6)",
    ],
    keyword: 'TOMLDecodeError',
  },
  {
    name: 'default.conf',
    good: 'server {\n  listen 8080;\n  server_name _;\n}\n',
    bad: 'server {\n  listen 8080\n  server_name _;\n}\n',
    says: [
      '/docker-entrypoint.sh: Configuration complete; ready for start up',
      'nginx: [emerg] invalid parameter "server_name" in /etc/runtime/default.conf:3',
    ],
    keyword: 'invalid parameter',
  },
  {
    name: 'rules.yaml',
    good: 'rules:\n  - path: /a\n',
    bad: 'rules:\n\t- path: /a\n',
    says: [
      '{time} INFO loading /etc/runtime/rules.yaml',
      '{time} ERROR failed to load configuration: yaml: line 2: found character that cannot start any token',
    ],
    keyword: 'found character that cannot start any token',
  },
  {
    name: 'logback.xml',
    good: '<configuration>\n  <root level="INFO"/>\n</configuration>\n',
    bad: '<configuration>\n  <root level="INFO">\n</configuration>\n',
    says: [
      'Exception in thread "main" java.lang.IllegalStateException: Logback configuration error detected',
      'Caused by: org.xml.sax.SAXParseException; systemId: file:/etc/runtime/logback.xml; lineNumber: 3; columnNumber: 3; The element type "root" must be terminated by the matching end-tag "</root>".',
    ],
    keyword: 'SAXParseException',
  },
];
