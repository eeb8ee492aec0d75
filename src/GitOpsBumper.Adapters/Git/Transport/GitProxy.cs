using System.Diagnostics.CodeAnalysis;
using System.Net;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Git.Transport;

/// <summary>The proxy that a secret names for its repositories. Where there is one, those of the environment do not count. Prints without user and password.</summary>
public sealed record GitProxy
{
    public const string Field = "proxy";

    public const string ExceptionsField = "noProxy";

    private readonly string _scheme;
    private readonly string _authority;

    /// <summary>User and password as they stand in a URL; empty when there are none.</summary>
    private readonly string _user;

    private readonly ProxyExceptions _exceptions;

    private GitProxy(string scheme, string authority, string user, ProxyExceptions exceptions) => (_scheme, _authority, _user, _exceptions) = (scheme, authority, user, exceptions);

    /// <summary>With the password, for the environment of a git process alone.</summary>
    internal string Url => $"{_scheme}://{(_user.Length == 0 ? "" : $"{_user}@")}{_authority}";

    /// <param name="secret">That has the field <see cref="Field"/>.</param>
    /// <param name="value">The proxy.</param>
    /// <param name="problem">A sentence that names the secret and repeats nothing of the URL, in which a password may be.</param>
    public static bool TryParse(KubernetesSecret secret, [NotNullWhen(true)] out GitProxy? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        var text = secret.Field(Field)?.Trim() ?? "";
        // As curl and Go read it.
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        problem = Uri.TryCreate(full, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.PathAndQuery is "/" or "" && !text.Any(char.IsControl) && DefaultPort(url.Scheme) is not null
            ? null
            : $"the {Field} of secret {secret.Name} is not understood; allowed are http://, https://, socks5:// and socks5h://, each with a host and without a path, as in http://proxy.example.com:3128";
        if (problem is not null)
            return false;
        var port = url!.Port > 0 ? url.Port : DefaultPort(url.Scheme)!.Value;
        // A user alone would make git ask for a password.
        var user = url.UserInfo.Length == 0 || url.UserInfo.Contains(':', StringComparison.Ordinal) ? url.UserInfo : url.UserInfo + ":";
        value = new GitProxy(url.Scheme, $"{url.Host}:{port}", user, new ProxyExceptions(secret.Field(ExceptionsField) ?? ""));
        return true;
    }

    /// <summary>Whether a server is reached through it.</summary>
    public bool IsFor(Uri server) => !_exceptions.Contains(server.IdnHost, server.Port);

    public override string ToString() => $"{_scheme}://{_authority}";

    /// <summary>For our own requests.</summary>
    internal WebProxy ToWebProxy()
    {
        // Names are left to a proxy of SOCKS in any case.
        var proxy = new WebProxy($"{(_scheme == "socks5h" ? "socks5" : _scheme)}://{_authority}");
        if (_user.Length > 0)
        {
            var parts = _user.Split(':', 2);
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]));
        }

        return proxy;
    }

    private static int? DefaultPort(string scheme) => scheme switch
    {
        "http" => 80,
        "https" => 443,
        "socks5" or "socks5h" => 1080,
        _ => null,
    };
}
