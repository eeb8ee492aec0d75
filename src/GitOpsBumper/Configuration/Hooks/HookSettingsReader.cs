using GitOpsBumper.Configuration.Reading;

namespace GitOpsBumper.Configuration.Hooks;

/// <summary>Reads how the bot is asked from outside.</summary>
internal sealed class HookSettingsReader(SettingLookup lookup, List<string> problems) : ValueReader(lookup, problems)
{
    /// <summary>The key of a config map.</summary>
    public const string OidcKey = "api.oidc";

    public HookSection Read(HookSection defaults) => new()
    {
        IsEnabled = Choice(HookSettingDefinitions.EnableWebhook, Switches) ?? defaults.IsEnabled,
        Port = Number(HookSettingDefinitions.WebhookPort, 1, 65535) ?? defaults.Port,
        RequiresSecrets = Choice(HookSettingDefinitions.RequireSecrets, Switches) ?? defaults.RequiresSecrets,
        RateLimit = Number(HookSettingDefinitions.RateLimit, 0, 10_000) ?? defaults.RateLimit,
        UsesTls = !(Choice(HookSettingDefinitions.DisableTls, Switches) ?? !defaults.UsesTls),
        OldestTls = Choice<TlsVersion>(HookSettingDefinitions.TlsMinVersion, [new("1.2", TlsVersion.Tls12), new("1.3", TlsVersion.Tls13)]) ?? defaults.OldestTls,
        CertDir = One(HookSettingDefinitions.TlsCertDir) is { } folder ? Folder(HookSettingDefinitions.TlsCertDir, folder) : defaults.CertDir,
        Oidc = Source(HookSettingDefinitions.OidcPath, OidcKey),
    };
}
