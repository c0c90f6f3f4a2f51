"""Asks a person to authorize an agent, exchanges the code, calls the API.

Needs Python 3.8 or newer and requests (pip install requests): python3 hasp.py
%% confidential
Set HASP_CLIENT_SECRET first; a secret does not belong into source code.
%% always
"""
import base64
import hashlib
import json
%% confidential
import os
%% listen
import queue
%% always
import secrets
%% ipv6
import socket
%% always
import sys
%% listen
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
%% always
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

issuer = «issuer»
client_id = «client_id»
redirect_uri = «redirect_uri»
agent_id = «agent_id»
%% plain
authorization_details = json.dumps(«authorization_details»)
%% verbatim
authorization_details = «authorization_details»
%% always


def parameters_of(address):
    """The parameters of the answer, each once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}


%% listen
def wait_for_callback(authorization_url):
    """Answers one visit to the redirect URI and returns its parameters."""
    callbacks = queue.Queue()

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self):
            if urlsplit(self.path).path != «listen_path»:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"Done. You can close this window.\n")
            callbacks.put(parameters_of(self.path))

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
%% ipv6
        address_family = socket.AF_INET6
%% listen

    try:
        server = Server((«listen_host», «listen_port»), Callback)
    except OSError as error:
        sys.exit(f"Cannot listen on {redirect_uri}: {error}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Open: {authorization_url}", flush=True)
    callback = callbacks.get()
    server.shutdown()
    return callback
%% paste
def wait_for_callback(authorization_url):
    """Reads the address that the browser ended at and returns its parameters."""
    print(f"Open: {authorization_url}", flush=True)
    print("Paste the address the browser ends at: ", end="", file=sys.stderr, flush=True)
    return parameters_of(sys.stdin.readline())
%% always


%% confidential
client_secret = os.environ.get("HASP_CLIENT_SECRET") or sys.exit(
    "Set HASP_CLIENT_SECRET to the secret of the application."
)

%% always
# PKCE (RFC 7636): the verifier stays here, its hash goes into the URL. The state ties the answer to this run.
code_verifier = secrets.token_urlsafe(32)
digest = hashlib.sha256(code_verifier.encode("ascii")).digest()
code_challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
state = secrets.token_urlsafe(16)

callback = wait_for_callback(f"{issuer}/v1/oauth/authorize?" + urlencode({
    "response_type": "code",
    "client_id": client_id,
    "redirect_uri": redirect_uri,
    "agent_id": agent_id,
    "state": state,
    "code_challenge": code_challenge,
    "code_challenge_method": "S256",
    "authorization_details": authorization_details,
}))
if callback.get("state") != state:
    sys.exit("The state differs: this answer belongs to another request.")
if callback.get("iss") != issuer:
    sys.exit("The iss differs: this answer comes from another server.")
if "error" in callback:
    sys.exit(f"The server refused: {callback['error']}: {callback.get('error_description')}")

token_answer = requests.post(f"{issuer}/v1/oauth/token", timeout=30, data={
    "grant_type": "authorization_code",
    "code": callback.get("code"),
    "redirect_uri": redirect_uri,
    "client_id": client_id,
%% confidential
    "client_secret": client_secret,
%% always
    "code_verifier": code_verifier,
})
if not token_answer.ok:
    sys.exit(f"No token: {token_answer.text}")
access_token = token_answer.json()["access_token"]

agent_answer = requests.get(
    f"{issuer}/v1/agent", timeout=30, headers={"Authorization": f"Bearer {access_token}"}
)
if not agent_answer.ok:
    sys.exit(f"The API refused the token: {agent_answer.text}")
print(json.dumps(agent_answer.json(), indent=2))
