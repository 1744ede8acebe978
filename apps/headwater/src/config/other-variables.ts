/** Variables of Headwater that are no settings of the server: where its file is, and what other commands read. */
export const OTHER_VARIABLES: readonly { readonly name: string; readonly help: string }[] = [
  { name: 'HEADWATER_CONFIG', help: 'Path of the configuration file; `--config` wins over it.' },
  { name: 'HEADWATER_SERVER', help: 'Address of the server that the client commands talk to.' },
  { name: 'HEADWATER_TOKEN', help: 'API token of the client commands; without it `headwater login` keeps a session.' },
  { name: 'HEADWATER_TOKEN_FILE', help: 'File that holds that token.' },
  { name: 'HEADWATER_BENCH_DATA', help: 'Folder of the data sets that `headwater bench` reads.' },
  { name: 'HEADWATER_TEST_POSTGRES_15', help: 'Folder with the programs of PostgreSQL 15 that the tests run.' },
];
