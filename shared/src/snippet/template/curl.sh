#!/usr/bin/env bash
# Asks a person to authorize an agent, exchanges the code, calls the API.
# Needs bash, curl 7.76 or newer and openssl: bash hasp.sh
%% confidential
# Set HASP_CLIENT_SECRET first; a secret does not belong into source code.
%% always
set -euf -o pipefail

issuer=«issuer»
client_id=«client_id»
redirect_uri=«redirect_uri»
agent_id=«agent_id»
authorization_details=«authorization_details»
%% confidential
: "${HASP_CLIENT_SECRET:?Set HASP_CLIENT_SECRET to the secret of the application}"
%% always

fail() { printf '%s\n' "$1" >&2; exit 1; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
urlencode() {
  local LC_ALL=C text=$1 encoded='' byte code i
  for ((i = 0; i < ${#text}; i++)); do
    byte=${text:i:1}
    case $byte in
      [a-zA-Z0-9._~-]) encoded+=$byte ;;
      *) printf -v code '%d' "'$byte"; printf -v byte '%%%02X' "$((code & 255))"; encoded+=$byte ;;
    esac
  done
  printf '%s' "$encoded"
}
# The value of a parameter of the callback URL, decoded.
callback_parameter() {
  local pair query=${callback#*\?} value
  local IFS='&'
  for pair in ${query%%#*}; do
    if [[ ${pair%%=*} == "$1" ]]; then
      value=${pair#*=}
      value=${value//\\/\\\\}
      value=${value//+/ }
      printf '%b' "${value//%/\\x}"
      return
    fi
  done
}

# PKCE (RFC 7636): the verifier stays here, its hash goes into the URL. The state ties the answer to this run.
code_verifier=$(openssl rand 32 | base64url)
code_challenge=$(printf '%s' "$code_verifier" | openssl dgst -sha256 -binary | base64url)
state=$(openssl rand 16 | base64url)

printf 'Open: %s\n' "$issuer/v1/oauth/authorize?response_type=code\
&client_id=$(urlencode "$client_id")\
&redirect_uri=$(urlencode "$redirect_uri")\
&agent_id=$(urlencode "$agent_id")\
&state=$state\
&code_challenge=$code_challenge\
&code_challenge_method=S256\
&authorization_details=$(urlencode "$authorization_details")"
printf 'Paste the address the browser ends at: ' >&2
IFS= read -r callback || [[ -n $callback ]] || fail 'No address was pasted.'

[[ $(callback_parameter state) == "$state" ]] || fail 'The state differs: this answer belongs to another request.'
[[ $(callback_parameter iss) == "$issuer" ]] || fail 'The iss differs: this answer comes from another server.'
error=$(callback_parameter error)
[[ -z $error ]] || fail "The server refused: $error: $(callback_parameter error_description)"

token_answer=$(curl --silent --show-error --fail-with-body "$issuer/v1/oauth/token" \
  --data-urlencode grant_type=authorization_code \
  --data-urlencode code@<(callback_parameter code) \
  --data-urlencode "redirect_uri=$redirect_uri" \
  --data-urlencode "client_id=$client_id" \
%% confidential
  --data-urlencode client_secret@<(printf '%s' "$HASP_CLIENT_SECRET") \
%% always
  --data-urlencode code_verifier@<(printf '%s' "$code_verifier")) || fail "No token: $token_answer"
access_token=$(printf '%s' "$token_answer" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')

# Arguments can be seen by other processes; that is why secrets are passed as files.
curl --silent --show-error --fail-with-body "$issuer/v1/agent" \
  --header @<(printf 'Authorization: Bearer %s' "$access_token") || fail 'The API refused the token.'
echo
