/** Variables of Headwater that are no settings of the server: where its file is, and what the client commands read. */
export const OTHER_VARIABLES: readonly { readonly name: string; readonly help: string }[] = [
  { name: 'HEADWATER_CONFIG', help: 'Path of the configuration file; `--config` wins over it.' },
];
