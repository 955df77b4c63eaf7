// A certified OpenID provider with one client, and everybody who types a name as a user. It prints its address once
// it listens. Its pages are its own (devInteractions): a name, a password that nobody checks, a consent.
import http from 'node:http';
import https from 'node:https';
import { Provider } from 'oidc-provider';

const { client, secret, redirectUris, key, cert } = JSON.parse(process.argv[2]);
const server = cert ? https.createServer({ key, cert }) : http.createServer();

server.listen(0, '127.0.0.1', () => {
  const issuer = `${cert ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: client,
      client_secret: secret,
      redirect_uris: redirectUris,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    }],
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo: (_, audience) => ({
          audience, scope: 'read', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, name: `The user ${id}` }),
    }),
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    ttl: { AccessToken: 3600, IdToken: 3600, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit());
