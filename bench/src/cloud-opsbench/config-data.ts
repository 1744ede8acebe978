/** The data of a described ConfigMap: `key:` over a ruler of dashes, then the content up to the next such key. */
export function parseConfigData(text: string): Record<string, string> {
  const body = /^Data\n====\n([\s\S]*?)(?:^BinaryData\n====|^Events:|$(?![\s\S]))/m.exec(text)?.[1] ?? '';
  const data: Record<string, string> = {};
  const parts = body.split(/^(\S+):\n----\n/m);
  for (let index = 1; index + 1 < parts.length; index += 2)
    data[parts[index] ?? ''] = (parts[index + 1] ?? '').trimEnd();
  return data;
}
