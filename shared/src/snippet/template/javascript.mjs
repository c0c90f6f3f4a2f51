// Asks a person to authorize an agent, exchanges the code, calls the API.
// Needs Node 20 or newer, nothing else: node hasp.mjs
%% confidential
// Set HASP_CLIENT_SECRET first; a secret does not belong into source code.
%% always
import { createHash, randomBytes } from "node:crypto";
%% listen
import { createServer } from "node:http";
%% paste
import { createInterface } from "node:readline/promises";
%% always

const issuer = «issuer»;
const clientId = «client_id»;
const redirectUri = «redirect_uri»;
const agentId = «agent_id»;
%% plain
const authorizationDetails = JSON.stringify(«authorization_details»);
%% verbatim
const authorizationDetails = «authorization_details»;
%% confidential
const clientSecret = process.env.HASP_CLIENT_SECRET;
if (!clientSecret) fail("Set HASP_CLIENT_SECRET to the secret of the application.");
%% always

function fail(message) {
  console.error(message);
  process.exit(1);
}

const parametersOf = (address) => new URLSearchParams(address.trim().split("#")[0].split("?").slice(1).join("?"));

%% listen
// Answers one visit to the redirect URI and returns its parameters.
function waitForCallback(authorizationUrl) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      if (request.url.split("?")[0] !== «listen_path») {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { "Content-Type": "text/plain", Connection: "close" });
      response.end("Done. You can close this window.\n", () => {
        server.close();
        server.closeAllConnections();
        resolve(parametersOf(request.url));
      });
    });
    server.on("error", (error) => fail(`Cannot listen on ${redirectUri}: ${error.message}`));
    server.listen(«listen_port», «listen_host», () => console.log(`Open: ${authorizationUrl}`));
  });
}
%% paste
// Reads the address that the browser ended at and returns its parameters.
async function waitForCallback(authorizationUrl) {
  console.log(`Open: ${authorizationUrl}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const address = await terminal.question("Paste the address the browser ends at: ");
  terminal.close();
  return parametersOf(address);
}
%% always

// PKCE (RFC 7636): the verifier stays here, its hash goes into the URL. The state ties the answer to this run.
const codeVerifier = randomBytes(32).toString("base64url");
const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
const state = randomBytes(16).toString("base64url");

const callback = await waitForCallback(`${issuer}/v1/oauth/authorize?${new URLSearchParams({
  response_type: "code",
  client_id: clientId,
  redirect_uri: redirectUri,
  agent_id: agentId,
  state,
  code_challenge: codeChallenge,
  code_challenge_method: "S256",
  authorization_details: authorizationDetails,
})}`);
if (callback.get("state") !== state) fail("The state differs: this answer belongs to another request.");
if (callback.get("iss") !== issuer) fail("The iss differs: this answer comes from another server.");
if (callback.has("error")) {
  fail(`The server refused: ${callback.get("error")}: ${callback.get("error_description")}`);
}

const tokenAnswer = await fetch(`${issuer}/v1/oauth/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "authorization_code",
    code: callback.get("code"),
    redirect_uri: redirectUri,
    client_id: clientId,
%% confidential
    client_secret: clientSecret,
%% always
    code_verifier: codeVerifier,
  }),
});
if (!tokenAnswer.ok) fail(`No token: ${await tokenAnswer.text()}`);
const { access_token: accessToken } = await tokenAnswer.json();

const agentAnswer = await fetch(`${issuer}/v1/agent`, { headers: { Authorization: `Bearer ${accessToken}` } });
if (!agentAnswer.ok) fail(`The API refused the token: ${await agentAnswer.text()}`);
console.log(JSON.stringify(await agentAnswer.json(), null, 2));
