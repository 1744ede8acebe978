/** A Java stack trace as Logback prints it, from the outermost exception to its cause. */
export function trace(now: number, head: string, causes: readonly string[]): string[] {
  const stamp = new Date(now).toISOString().replace('T', ' ').slice(0, 23);
  const frames = [
    '\tat com.zaxxer.hikari.pool.PoolBase.newConnection(PoolBase.java:358) ~[HikariCP-3.4.5.jar!/:na]',
    '\tat org.springframework.boot.loader.JarLauncher.main(JarLauncher.java:88) [app.jar:na]',
    '\t... 40 common frames omitted',
  ];
  return [
    `${stamp} ERROR 1 --- [           main] ${head}`,
    ...causes.flatMap((cause, at) => [`${at === 0 ? '' : 'Caused by: '}${cause}`, ...frames]),
  ];
}

export const BEAN = 'o.s.boot.SpringApplication               : Application run failed';
export const POOL = 'com.zaxxer.hikari.pool.HikariPool        : HikariPool-1 - Exception during pool initialization.';
export const REQUEST =
  'o.a.c.c.C.[.[.[/].[dispatcherServlet]    : Servlet.service() for servlet [dispatcherServlet] in context with path [] threw exception [Request processing failed; nested exception is org.springframework.dao.DataAccessResourceFailureException: Unable to acquire JDBC Connection] with root cause';

const LINK = [
  'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
  '',
  'The last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.',
].join('\n');

/** What Connector/J says when nobody listens, by its generation. */
export const REFUSED = [
  LINK,
  'com.mysql.cj.exceptions.CJCommunicationsException: Communications link failure',
  'java.net.ConnectException: Connection refused (Connection refused)',
];

export function unknownHost(host: string): string[] {
  return [LINK, `java.net.UnknownHostException: ${host}`];
}

export function unknownHostHttp(host: string, port: number): string[] {
  return [
    `org.springframework.web.client.ResourceAccessException: I/O error on GET request for "http://${host}:${port}/api/v1/list": ${host}; nested exception is java.net.UnknownHostException: ${host}`,
    `java.net.UnknownHostException: ${host}`,
  ];
}

export function denied(user: string): string[] {
  return [`java.sql.SQLException: Access denied for user '${user}'@'172.20.1.77' (using password: YES)`];
}

export const READ_ONLY = [
  'org.springframework.dao.TransientDataAccessResourceException: could not execute statement; SQL [n/a]',
  'java.sql.SQLException: The MySQL server is running with the --read-only option so it cannot execute this statement',
];

export const TOO_MANY = [
  'org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
  'com.mysql.cj.jdbc.exceptions.MySQLNonTransientConnectionException: Data source rejected establishment of connection,  message from server: "Too many connections"',
];

export const POOL_EMPTY = [
  'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction',
  'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.',
];
