// A certified authorization server on loopback, as a gateway's own might be: public clients register themselves, PKCE is a must,
// refresh tokens rotate, and a resource has to be named. Prints its address, and ends with its standard input.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const SCOPE = "openid";
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => issuer,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "", audience: issuer, accessTokenTTL: 3600, accessTokenFormat: "opaque" }),
    },
  },
  clients: [
    {
      client_id: "claude_code",
      application_type: "native",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
      response_types: [],
      redirect_uris: [],
    },
  ],
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
});

// Tankful asks for no scope, so the server's own default holds (RFC 6749 section 3.3); this one has to be told that it has one.
provider.use(async (ctx, next) => {
  if (ctx.path === "/auth" && !ctx.query.scope) ctx.query = { ...ctx.query, scope: SCOPE };
  await next();
});
server.on("request", async (request, response) => {
  if (request.url === "/device/auth") {
    request.setEncoding("utf8");
    request.body = { scope: SCOPE, ...Object.fromEntries(new URLSearchParams((await request.toArray()).join(""))) };
  }
  provider.callback()(request, response);
});
process.stdin.on("end", () => process.exit(0)).resume();
console.log(issuer);
