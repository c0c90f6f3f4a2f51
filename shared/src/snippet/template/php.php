<?php
// Asks a person to authorize an agent, exchanges the code, calls the API.
// Needs PHP 8.1 or newer with the curl extension: php hasp.php
%% confidential
// Set HASP_CLIENT_SECRET first; a secret does not belong into source code.
%% always
declare(strict_types=1);

$issuer = «issuer»;
$clientId = «client_id»;
$redirectUri = «redirect_uri»;
$agentId = «agent_id»;
%% plain
$authorizationDetails = json_encode(«authorization_details»);
%% verbatim
$authorizationDetails = «authorization_details»;
%% confidential
$clientSecret = getenv('HASP_CLIENT_SECRET')
    ?: fail('Set HASP_CLIENT_SECRET to the secret of the application.');
%% always

function fail(string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit(1);
}

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** The parameters of the answer. */
function parametersOf(string $address): array
{
    parse_str(explode('?', explode('#', trim($address))[0], 2)[1] ?? '', $parameters);
    return $parameters;
}

%% listen
/** Answers one visit to the redirect URI and returns its parameters. */
function waitForCallback(string $authorizationUrl): array
{
    $server = @stream_socket_server(«listen_socket», $number, $error) ?: fail("Cannot listen: $error");
    echo "Open: $authorizationUrl\n";
    for (;;) {
        $connection = stream_socket_accept($server, 3600) ?: fail('Nobody came back within an hour.');
        stream_set_timeout($connection, 2);
        $target = explode(' ', fgets($connection) ?: '')[1] ?? '/';
        while (trim(fgets($connection) ?: '') !== '') {
        }
        $found = explode('?', $target)[0] === «listen_path»;
        $body = $found ? "Done. You can close this window.\n" : "Not found.\n";
        $status = $found ? '200 OK' : '404 Not Found';
        @fwrite($connection, "HTTP/1.1 $status\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n$body");
        fclose($connection);
        if ($found) {
            return parametersOf($target);
        }
    }
}
%% paste
/** Reads the address that the browser ended at and returns its parameters. */
function waitForCallback(string $authorizationUrl): array
{
    echo "Open: $authorizationUrl\n";
    fwrite(STDERR, 'Paste the address the browser ends at: ');
    return parametersOf(fgets(STDIN) ?: '');
}
%% always

/** Sends a request and returns status and body. */
function send(string $url, array $options): array
{
    $request = curl_init($url);
    curl_setopt_array($request, $options + [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30]);
    $body = curl_exec($request);
    if ($body === false) {
        fail("Cannot reach $url: " . curl_error($request));
    }
    return [curl_getinfo($request, CURLINFO_RESPONSE_CODE), $body];
}

// PKCE (RFC 7636): the verifier stays here, its hash goes into the URL. The state ties the answer to this run.
$codeVerifier = base64url(random_bytes(32));
$codeChallenge = base64url(hash('sha256', $codeVerifier, true));
$state = base64url(random_bytes(16));

$callback = waitForCallback("$issuer/v1/oauth/authorize?" . http_build_query([
    'response_type' => 'code',
    'client_id' => $clientId,
    'redirect_uri' => $redirectUri,
    'agent_id' => $agentId,
    'state' => $state,
    'code_challenge' => $codeChallenge,
    'code_challenge_method' => 'S256',
    'authorization_details' => $authorizationDetails,
]));
if (($callback['state'] ?? '') !== $state) {
    fail('The state differs: this answer belongs to another request.');
}
if (($callback['iss'] ?? '') !== $issuer) {
    fail('The iss differs: this answer comes from another server.');
}
if (isset($callback['error'])) {
    fail("The server refused: {$callback['error']}: " . ($callback['error_description'] ?? ''));
}

[$status, $body] = send("$issuer/v1/oauth/token", [CURLOPT_POSTFIELDS => http_build_query([
    'grant_type' => 'authorization_code',
    'code' => $callback['code'] ?? '',
    'redirect_uri' => $redirectUri,
    'client_id' => $clientId,
%% confidential
    'client_secret' => $clientSecret,
%% always
    'code_verifier' => $codeVerifier,
])]);
if ($status !== 200) {
    fail("No token: $body");
}
$accessToken = json_decode($body, true, flags: JSON_THROW_ON_ERROR)['access_token'];

$headers = ["Authorization: Bearer $accessToken"];
[$status, $body] = send("$issuer/v1/agent", [CURLOPT_HTTPHEADER => $headers]);
if ($status !== 200) {
    fail("The API refused the token: $body");
}
$answer = json_decode($body, flags: JSON_THROW_ON_ERROR);
echo json_encode($answer, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES), "\n";
