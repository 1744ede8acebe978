/** What a browser sees while the page has not been built. */
export function notBuiltPage(): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Headwater</title></head>
<body>
<h1>The page is not built yet</h1>
<p>The server runs and its API answers. Build the page once, then load this address again:</p>
<pre>npm run build -w @headwater/web</pre>
<p>The API is described at <a href="/openapi.json">/openapi.json</a>.</p>
</body>
</html>
`;
}
