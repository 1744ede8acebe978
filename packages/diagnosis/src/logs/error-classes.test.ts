import { describe, expect, it } from 'vitest';
import type { LogLevel } from '../snapshot/input.ts';
import { connectionErrorIn } from '../topology/connection-errors.ts';
import { type ErrorClass, errorClassOf } from './error-classes.ts';
import { parseJsonLine, timeOf } from './json-line.ts';
import { LineClock } from './line-time.ts';
import { Message } from './message.ts';

const NOW = Date.UTC(2026, 2, 1, 12);

/** A line as the program writes it; `-` for no host. Every line is an error unless its row says otherwise. */
type Row = readonly [line: string, host?: string, level?: LogLevel];

const LINES: Readonly<Record<ErrorClass, readonly Row[]>> = {
  'connection-refused': [
    [
      'time=2026-03-01T10:00:00.123Z level=ERROR msg="charge failed" err="dial tcp 10.96.4.7:8080: connect: connection refused"',
      '10.96.4.7',
    ],
    [
      '{"level":"error","ts":1772359200.123,"caller":"cart/store.go:41","msg":"get cart","error":"dial tcp: connect to redis-cart:6379: connection refused"}',
      'redis-cart',
    ],
    [
      '{"level":"error","error":"dial tcp 10.0.0.9:5432: connect: connection refused","time":"2026-03-01T10:00:00Z","message":"ping"}',
      '10.0.0.9',
    ],
    ['time="2026-03-01T10:00:00Z" level=error msg="dial tcp 10.1.2.3:9092: connect: connection refused"', '10.1.2.3'],
    [
      '2026-03-01T10:00:00.123Z ERROR 1 --- [nio-8080-exec-1] o.a.c.c.C.[dispatcherServlet] : Connect to payments:8080 [payments/10.96.0.4] failed: Connection refused',
      'payments',
    ],
    [
      '2026-03-01 10:00:00,123 ERROR [main] c.a.OrderClient - java.net.ConnectException: Connection refused (Connection refused)',
    ],
    ['2026-03-01 10:00:00,123 - app - ERROR - [Errno 111] Connection refused'],
    [
      '{"event": "db down", "level": "error", "timestamp": "2026-03-01T10:00:00Z", "exception": "psycopg2.OperationalError: could not connect to server: Connection refused. Is the server running on host \\"db\\" (10.9.9.9) and accepting TCP/IP connections on port 5432?"}',
      'db',
    ],
    [
      '{"level":50,"time":1772359200123,"pid":1,"hostname":"web-1","err":{"type":"Error","message":"connect ECONNREFUSED 10.96.3.2:3306"},"msg":"query failed"}',
      '10.96.3.2',
    ],
    [
      '2026/03/01 10:00:00 [error] 31#31: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.1.1.1, server: shop, request: "GET / HTTP/1.1", upstream: "http://10.96.8.8:80/", host: "shop"',
      '10.96.8.8',
    ],
    [
      '[Sun Mar 01 10:00:00 2026] PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:12',
    ],
    [
      'E, [2026-03-01T10:00:00.123456 #1] ERROR -- : Errno::ECONNREFUSED: Connection refused - connect(2) for "cache" port 6379',
    ],
    ['2026-03-01T10:00:00.123456Z ERROR app::db: error connecting: Connection refused (os error 111)'],
    [
      'fail: Shop.Orders[0] Npgsql.NpgsqlException: Failed to connect to 10.96.5.5:5432 ---> System.Net.Sockets.SocketException (111): Connection refused',
      '10.96.5.5',
    ],
    [
      'E0301 10:00:00.123456       1 reflector.go:147] failed to list *v1.Pod: Get "https://10.96.0.1:443/api/v1/pods": dial tcp 10.96.0.1:443: connect: connection refused',
      '10.96.0.1',
    ],
  ],
  timeout: [
    [
      'time=2026-03-01T10:00:00.123Z level=ERROR msg="get price" err="Get \\"http://pricing:8080/p\\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"',
      'pricing',
    ],
    [
      '{"level":"error","ts":"2026-03-01T10:00:00.000Z","msg":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"}',
    ],
    [
      '{"level":"warn","time":"2026-03-01T10:00:00Z","message":"dial tcp 10.4.4.4:443: i/o timeout"}',
      '10.4.4.4',
      'warn',
    ],
    [
      '2026-03-01 10:00:00.123 ERROR 1 --- [           main] c.shop.Client : java.net.SocketTimeoutException: Read timed out',
    ],
    [
      "2026-03-01 10:00:00,123 ERROR requests.exceptions.ReadTimeout: HTTPConnectionPool(host='stock', port=8080): Read timed out. (read timeout=5)",
      'stock',
    ],
    ['{"level":50,"time":1772359200123,"msg":"connect ETIMEDOUT 10.7.7.7:27017"}', '10.7.7.7'],
    ['2026-03-01 10:00:00 error: RequestError: timeout of 5000ms exceeded ETIMEDOUT'],
    [
      '2026/03/01 10:00:00 [error] 31#31: *9 upstream timed out (110: Operation timed out) while reading response header from upstream, upstream: "http://10.96.2.2:80/"',
      '10.96.2.2',
    ],
    ['System.TimeoutException: The operation has timed out.'],
    [
      'E, [2026-03-01T10:00:00.1 #1] ERROR -- : Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)> timed out',
    ],
    ['2026-03-01T10:00:00Z ERROR hyper: operation timed out'],
    ['MongoServerSelectionError: Server selection timed out after 30000 ms'],
  ],
  'name-resolution': [
    [
      'time=2026-03-01T10:00:00Z level=ERROR msg="dial tcp: lookup orders.shop.svc on 10.96.0.10:53: no such host"',
      'orders.shop.svc',
    ],
    [
      '{"level":"error","ts":1772359200,"msg":"lookup kafka: i/o timeout","error":"dial tcp: lookup kafka on 10.96.0.10:53: read udp 10.1.1.1:4->10.96.0.10:53: i/o timeout"}',
      'kafka',
    ],
    [
      '2026-03-01 10:00:00 ERROR java.net.UnknownHostException: payments.shop.svc.cluster.local',
      'payments.shop.svc.cluster.local',
    ],
    ['{"level":50,"time":1772359200123,"msg":"getaddrinfo ENOTFOUND catalogue"}', 'catalogue'],
    ['{"level":50,"time":1772359200123,"msg":"getaddrinfo EAI_AGAIN redis"}', 'redis'],
    ['socket.gaierror: [Errno -2] Name or service not known'],
    ['socket.gaierror: [Errno -3] Temporary failure in name resolution'],
    ['psycopg2.OperationalError: could not translate host name "pg" to address: Name or service not known', 'pg'],
    [
      '2026/03/01 10:00:00 [emerg] 1#1: host not found in upstream "backend:8080" in /etc/nginx/conf.d/default.conf:5',
      'backend',
    ],
    ['php_network_getaddresses: getaddrinfo failed: Name or service not known'],
    ['curl: (6) Could not resolve host: api', 'api'],
    ['2026-03-01T10:00:00Z ERROR app: failed to lookup address information: Name does not resolve'],
    ["Mysql2::Error::ConnectionError: Unknown MySQL server host 'mysql' (-2)", 'mysql'],
  ],
  authentication: [
    ['2026-03-01 10:00:00.123 UTC [71] FATAL:  password authentication failed for user "app"'],
    [
      '2026-03-01 10:00:00.123 UTC [71] FATAL:  no pg_hba.conf entry for host "10.1.1.1", user "app", database "shop", no encryption',
    ],
    [
      "2026-03-01T10:00:00.123456Z 12 [ERROR] [MY-010926] [Server] Access denied for user 'app'@'10.1.1.1' (using password: YES)",
    ],
    [
      '{"level":50,"time":1772359200123,"msg":"ReplyError: WRONGPASS invalid username-password pair or user is disabled."}',
    ],
    ['redis.exceptions.AuthenticationError: NOAUTH Authentication required.'],
    [
      '{"t":{"$date":"2026-03-01T10:00:00.000+00:00"},"s":"E","c":"ACCESS","id":20249,"ctx":"conn1","msg":"Authentication failed","attr":{"error":"UserNotFound"}}',
    ],
    ['MongoServerError: Authentication failed.'],
    [
      "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN'",
    ],
    ['org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password'],
    ["fail: Shop[0] Microsoft.Data.SqlClient.SqlException: Login failed for user 'app'."],
    ['ERROR: An error occurred (ExpiredToken) when calling the AssumeRole operation'],
    ['java.sql.SQLException: ORA-01017: invalid username/password; logon denied'],
  ],
  certificate: [
    [
      'time=2026-03-01T10:00:00Z level=ERROR msg="Get \\"https://idp/keys\\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid"',
    ],
    ['Error: x509: certificate signed by unknown authority'],
    [
      'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target',
    ],
    ['{"level":50,"time":1772359200123,"err":{"code":"CERT_HAS_EXPIRED"},"msg":"certificate has expired"}'],
    ['{"level":50,"time":1772359200123,"msg":"self signed certificate in certificate chain"}'],
    [
      'requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate',
    ],
    [
      'System.Security.Authentication.AuthenticationException: The remote certificate is invalid according to the validation procedure',
    ],
    ['2026/03/01 10:00:00 [emerg] 1#1: cannot load certificate "/etc/tls/tls.crt": BIO_new_file() failed'],
    [
      'OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 state=error: certificate verify failed (certificate has expired)',
    ],
    ["Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames"],
  ],
  permission: [
    [
      'E0301 10:00:00.1       1 leaderelection.go:332] error retrieving resource lock: leases.coordination.k8s.io "x" is forbidden: User "system:serviceaccount:a:b" cannot get resource "leases"',
    ],
    ["PermissionError: [Errno 13] Permission denied: '/data/out.csv'"],
    ["Error: EACCES: permission denied, open '/var/log/app.log'"],
    ['java.nio.file.AccessDeniedException: /data/index'],
    ['panic: open /etc/app/key.pem: permission denied'],
    ['2026-03-01 10:00:00.1 UTC [7] ERROR:  permission denied for table orders'],
    ["System.UnauthorizedAccessException: Access to the path '/app/logs' is denied."],
    [
      'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
    ],
    ["OSError: [Errno 30] Read-only file system: '/var/lib/app/state'"],
    ['{"level":"error","ts":1772359200,"msg":"rpc error: code = PermissionDenied desc = caller may not read"}'],
    ["mkdir: cannot create directory '/var/lib/data': Permission denied"],
  ],
  'out-of-disk': [
    ['2026-03-01 10:00:00.1 UTC [7] ERROR:  could not extend file "base/1/2": No space left on device'],
    ['java.io.IOException: No space left on device'],
    ["OSError: [Errno 28] No space left on device: '/data/part-1'"],
    ['Error: ENOSPC: no space left on device, write'],
    ['time="2026-03-01T10:00:00Z" level=error msg="write /data/wal/1: no space left on device"'],
    ['1:M 01 Mar 2026 10:00:00.250 # Write error saving DB on disk: No space left on device'],
    ['sqlite3.OperationalError: database or disk is full'],
    [
      '2026-03-01T10:00:00.1Z 0 [ERROR] [MY-012639] [InnoDB] Write to file ./ibdata1 failed: No space left on device, errno: 28',
    ],
  ],
  'pool-exhausted': [
    [
      '2026-03-01 10:00:00.123 ERROR 1 --- [main] c.s.Repo : HikariPool-1 - Connection is not available, request timed out after 30000ms.',
    ],
    ['sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00'],
    ['KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.'],
    ['2026-03-01 10:00:00.1 UTC [7] FATAL:  sorry, too many clients already'],
    ['FATAL:  remaining connection slots are reserved for non-replication superuser connections'],
    ['ERROR 1040 (HY000): Too many connections'],
    [
      'System.InvalidOperationException: Timeout expired. The timeout period elapsed prior to obtaining a connection from the pool.',
    ],
    ['ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds'],
    ['redis.clients.jedis.exceptions.JedisConnectionException: ERR max number of clients reached'],
    [
      '[01-Mar-2026 10:00:00] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it',
      undefined,
      'warn',
    ],
    ['2026/03/01 10:00:00 [alert] 31#31: 1024 worker_connections are not enough'],
    ['PrismaClientKnownRequestError: Timed out fetching a new connection from the connection pool.'],
  ],
  'runtime-memory': [
    ['Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'],
    ['java.lang.OutOfMemoryError: GC overhead limit exceeded'],
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    [
      'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /app/a.php on line 3',
    ],
    ["Unhandled exception. System.OutOfMemoryException: Exception of type 'System.OutOfMemoryException' was thrown."],
    ['fatal error: runtime: out of memory'],
    ['MemoryError: Unable to allocate 8.00 GiB for an array'],
    ['memory allocation of 8589934592 bytes failed'],
    ['NoMemoryError: failed to allocate memory'],
  ],
  'port-in-use': [
    ['Error: listen EADDRINUSE: address already in use :::3000'],
    ['panic: listen tcp :8080: bind: address already in use'],
    ['OSError: [Errno 98] Address already in use'],
    ['2026/03/01 10:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)'],
    ['Web server failed to start. Port 8080 was already in use.'],
    ["[2026-03-01 10:00:00 +0000] [1] [ERROR] Connection in use: ('0.0.0.0', 8000)"],
    ['Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }'],
    ['System.IO.IOException: Failed to bind to address http://[::]:80: address already in use.'],
  ],
  'bad-flag': [
    ['flag provided but not defined: -loglevel'],
    ['Error: unknown flag: --enable-tracing'],
    ["error: unexpected argument '--prot' found"],
    ['app.py: error: unrecognized arguments: --workers=4'],
    ['node: bad option: --max-old-space'],
    ["Unrecognized VM option 'UseConcMarkSweepGC'"],
    ['Error: No such option: --prt'],
    ['nginx: invalid option: "x"'],
  ],
  'missing-file': [
    ["Error: ENOENT: no such file or directory, open '/etc/app/config.json'"],
    ['panic: open /etc/app/config.yaml: no such file or directory'],
    ["FileNotFoundError: [Errno 2] No such file or directory: '/models/m.bin'"],
    ['java.io.FileNotFoundException: /config/application.yml (No such file or directory)'],
    ["Error: Cannot find module 'express'"],
    ["ModuleNotFoundError: No module named 'flask'"],
    ['java.lang.ClassNotFoundException: com.shop.Main'],
    [
      '/app/server: error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory',
    ],
    ["System.IO.FileNotFoundException: Could not load file or assembly 'Shop'"],
    [
      'PHP Warning:  require(vendor/autoload.php): failed to open stream: No such file or directory in /app/index.php',
      undefined,
      'warn',
    ],
    ["-e:1:in `require': cannot load such file -- rack (LoadError)"],
  ],
  'connection-reset': [
    ['{"level":50,"time":1772359200123,"msg":"read ECONNRESET"}'],
    ['java.net.SocketException: Connection reset'],
    ['ConnectionResetError: [Errno 104] Connection reset by peer'],
    [
      'time=2026-03-01T10:00:00Z level=ERROR msg="read tcp 10.0.0.1:1->10.96.0.9:80: read: connection reset by peer"',
      '10.96.0.9',
    ],
    ['upstream connect error or disconnect/reset before headers. reset reason: connection termination'],
  ],
  unreachable: [
    ['dial tcp 10.9.9.1:443: connect: no route to host', '10.9.9.1'],
    ['java.net.NoRouteToHostException: No route to host'],
    ['Error: connect ENETUNREACH 10.2.2.2:80', '10.2.2.2'],
    ['rpc error: code = Unavailable desc = no healthy upstream'],
    ['OSError: [Errno 113] No route to host'],
  ],
  exception: [
    ['java.lang.NullPointerException: Cannot invoke "Order.total()" because "order" is null'],
    ["TypeError: Cannot read properties of undefined (reading 'id')"],
    ['panic: runtime error: index out of range [3] with length 3'],
    ["thread 'main' panicked at src/main.rs:3:5: called `Option::unwrap()` on a `None` value"],
    ["KeyError: 'customer_id'"],
    ["NoMethodError: undefined method `total' for nil:NilClass"],
    ['Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.'],
    ['PHP Fatal error:  Uncaught TypeError: strlen(): Argument #1 ($string) must be of type string'],
  ],
};

describe.each(Object.entries(LINES))('%s', (name, rows) => {
  it.each(rows.map(([line, host, level]) => [line, host ?? null, level ?? 'error'] as const))(
    '%s',
    (line, host, level) => {
      const json = parseJsonLine(line);
      const message = json?.message ?? line;
      expect({
        class: errorClassOf(message),
        host: connectionErrorIn(message)?.host ?? null,
        level: new Message(message).levelIn(line, json?.level ?? null),
      }).toEqual({ class: name, host, level });
      if (/\b(?:2026|1772359200|E0301)/.test(line)) {
        const time = (json && timeOf(json)) ?? new LineClock(NOW).read(line);
        expect(new Date(time ?? 0).toISOString()).toMatch(/^2026-03-01T10:00:00/);
      }
    },
  );
});

it('is held by at least 120 lines', () => {
  expect(Object.values(LINES).flat().length).toBeGreaterThanOrEqual(120);
});

it.each([
  'GET /orders 200 3ms',
  'connected to postgres at db:5432',
  'finished with 0 errors',
  '{"level":"info","msg":"retrying is off"}',
  'certainly ready',
])('finds no failure in %s', (line) => {
  expect(errorClassOf(parseJsonLine(line)?.message ?? line)).toBeNull();
});
