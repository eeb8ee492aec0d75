namespace GitOpsBumper.Configuration.Hooks;

/// <summary>How the bot is asked from outside.</summary>
internal sealed record HookSection
{
    /// <summary>The default folder, where the manifests mount a Secret.</summary>
    public const string DefaultCertDir = "/app/config/tls";

    public bool IsEnabled { get; init; }

    public int Port { get; init; } = 8082;

    /// <summary>Whether a sender without a secret is refused.</summary>
    public bool RequiresSecrets { get; init; } = true;

    /// <summary>Webhooks a second of each kind of sender; zero: any number.</summary>
    public int RateLimit { get; init; }

    public bool UsesTls { get; init; } = true;

    /// <summary>And all that are newer.</summary>
    public TlsVersion OldestTls { get; init; } = TlsVersion.Tls13;

    public string CertDir { get; init; } = DefaultCertDir;

    /// <summary>Whose ID tokens may trigger what; null: nobody's.</summary>
    public SettingSource? Oidc { get; init; }
}

internal enum TlsVersion
{
    Tls12,
    Tls13,
}
