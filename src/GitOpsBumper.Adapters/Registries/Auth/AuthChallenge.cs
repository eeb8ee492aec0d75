using System.Net.Http.Headers;

namespace GitOpsBumper.Adapters.Registries.Auth;

/// <summary>How a registry says that it wants to be convinced.</summary>
/// <seealso href="https://distribution.github.io/distribution/spec/auth/token/"/>
internal abstract record AuthChallenge
{
    private AuthChallenge()
    {
    }

    /// <summary>User name and password with every request.</summary>
    public sealed record Basic : AuthChallenge;

    /// <summary>A token from a server of its own; the service is empty when none is named.</summary>
    public sealed record Bearer(string Realm, string Service) : AuthChallenge;

    /// <summary>The strongest challenge that is understood; null when there is none.</summary>
    public static AuthChallenge? Read(HttpResponseHeaders headers)
    {
        AuthChallenge? found = null;
        foreach (var header in headers.WwwAuthenticate)
        {
            if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && ReadBearer(header.Parameter ?? "") is { } bearer)
                return bearer;
            if (header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
                found = new Basic();
        }

        return found;
    }

    private static Bearer? ReadBearer(string parameters)
    {
        string? realm = null;
        var service = "";
        var rest = parameters.AsSpan();
        while (TryTakeParameter(ref rest, out var name, out var value))
        {
            if (name.Equals("realm", StringComparison.OrdinalIgnoreCase))
                realm ??= value;
            else if (name.Equals("service", StringComparison.OrdinalIgnoreCase))
                service = value;
        }

        return realm is null ? null : new Bearer(realm, service);
    }

    /// <summary>Takes <c>name=token</c> or <c>name="quoted \" text"</c> and the comma after it.</summary>
    private static bool TryTakeParameter(ref ReadOnlySpan<char> rest, out string name, out string value)
    {
        name = "";
        value = "";
        rest = rest.TrimStart(" ,\t");
        var equals = rest.IndexOf('=');
        if (equals <= 0)
            return false;
        name = rest[..equals].Trim().ToString();
        rest = rest[(equals + 1)..].TrimStart();
        if (rest.Length > 0 && rest[0] == '"')
            return TryTakeQuoted(ref rest, out value);
        var end = rest.IndexOfAny(',', ' ');
        value = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? [] : rest[end..];
        return true;
    }

    private static bool TryTakeQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        var text = new System.Text.StringBuilder();
        for (var index = 1; index < rest.Length; index++)
        {
            if (rest[index] == '"')
            {
                value = text.ToString();
                rest = rest[(index + 1)..];
                return true;
            }

            if (rest[index] == '\\' && index + 1 < rest.Length)
                index++;
            text.Append(rest[index]);
        }

        value = "";
        return false;
    }
}
