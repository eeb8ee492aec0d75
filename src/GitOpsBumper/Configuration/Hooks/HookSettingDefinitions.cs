namespace GitOpsBumper.Configuration.Hooks;

/// <summary>The settings that are about being asked from outside; names that Image Updater has are kept.</summary>
internal static class HookSettingDefinitions
{
    public static Setting EnableWebhook { get; } = new("--enable-webhook",
        "Whether webhooks and the API for pipelines are served: true or false. Default: false.", "boolean", isOptional: true, environment: ["BUMPER_ENABLE_WEBHOOK", "ENABLE_WEBHOOK"], configMapKey: "webhook.enable");

    public static Setting WebhookPort { get; } = new("--webhook-port",
        "Port of webhooks and of the API for pipelines. Default: 8082.", "port", environment: ["BUMPER_WEBHOOK_PORT", "WEBHOOK_PORT"], configMapKey: "webhook.port");

    public static Setting RequireSecrets { get; } = new("--webhook-require-secrets",
        "Whether senders of webhooks have to know a secret: true or false. With false, those without a secret are believed. Default: true.", "boolean", isOptional: true,
        environment: ["BUMPER_WEBHOOK_REQUIRE_SECRETS", "WEBHOOK_REQUIRE_SECRETS"], configMapKey: "webhook.require-secrets");

    public static Setting RateLimit { get; } = new("--webhook-ratelimit-allowed",
        "How many webhooks a second each kind of sender may send, 0 to 10000; more are answered with 429. 0: any number. Default: 0.", "number",
        environment: ["BUMPER_WEBHOOK_RATELIMIT_ALLOWED", "WEBHOOK_RATELIMIT_ALLOWED"], configMapKey: "webhook.ratelimit-allowed");

    public static Setting DisableTls { get; } = new("--disable-tls",
        "Whether that port speaks plain HTTP: true or false. Default: false.", "boolean", isOptional: true, environment: ["BUMPER_DISABLE_TLS", "DISABLE_TLS"], configMapKey: "disable-tls");

    public static Setting TlsMinVersion { get; } = new("--tls-min-version",
        "The oldest version of TLS that is spoken: 1.2 or 1.3. Default: 1.3.", "version", aliases: ["--tlsminversion"], environment: ["BUMPER_TLS_MIN_VERSION", "TLS_MIN_VERSION"], configMapKey: "tls.min-version");

    public static Setting TlsCertDir { get; } = new("--tls-cert-dir",
        "The folder of tls.crt and tls.key, read anew when they change; without them a certificate is made up. Default: /app/config/tls.", "folder", environment: ["BUMPER_TLS_CERT_DIR"]);

    public static Setting OidcPath { get; } = new("--oidc-path",
        "Whose ID tokens may trigger what, as a file. In the cluster: 'api.oidc' of the config map.", "file", environment: ["BUMPER_OIDC_PATH"]);

    public static IReadOnlyList<Setting> All { get; } = [EnableWebhook, WebhookPort, RequireSecrets, RateLimit, DisableTls, TlsMinVersion, TlsCertDir, OidcPath];
}
