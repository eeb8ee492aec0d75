using System.Globalization;
using System.Text.Json;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>What a credential plugin printed.</summary>
internal sealed class ExecCredential
{
    private ExecCredential(string token, DateTimeOffset? expires) => (Token, Expires) = (token, expires);

    public string Token { get; }

    /// <summary>Null: it does not expire as far as anybody knows.</summary>
    public DateTimeOffset? Expires { get; }

    /// <param name="output">Standard output.</param>
    /// <param name="apiVersion">That the kubeconfig asks for.</param>
    /// <param name="problem">The second half of a sentence about the plugin, which quotes nothing that may be secret.</param>
    /// <returns>Null when there is a problem.</returns>
    public static ExecCredential? Read(ReadOnlyMemory<byte> output, string apiVersion, out string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return Read(json.RootElement, apiVersion, out problem);
        }
        catch (JsonException)
        {
            problem = output.Length == 0 ? "printed nothing; it has to print an ExecCredential in JSON" : "printed something else than JSON; it has to print an ExecCredential";
            return null;
        }
    }

    private static ExecCredential? Read(JsonElement root, string apiVersion, out string problem)
    {
        if (Field(root, "kind") != "ExecCredential")
        {
            problem = "printed JSON that is no ExecCredential";
            return null;
        }

        if (Field(root, "apiVersion") is var version && version != apiVersion)
        {
            problem = $"answered in apiVersion '{Quoted.Short(version ?? "")}', the kubeconfig asks for '{apiVersion}'";
            return null;
        }

        if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
        {
            problem = "printed an ExecCredential without status, so that there is no token";
            return null;
        }

        if (Field(status, "token") is not { Length: > 0 } text)
        {
            problem = Field(status, "clientCertificateData") is { Length: > 0 }
                ? "gives a client certificate, which is not supported from plugins; configure it to give a token, or put a client-certificate and its key into the kubeconfig"
                : "printed an ExecCredential without status.token";
            return null;
        }

        if (!BearerText.TryParse(text, out var token, out var wrong))
        {
            problem = $"gave a status.token that cannot be used: {wrong}";
            return null;
        }

        DateTimeOffset? expires = null;
        if (Field(status, "expirationTimestamp") is { } expiry)
        {
            if (!DateTimeOffset.TryParse(expiry, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            {
                problem = "gave a status.expirationTimestamp that is no time, it has to be like 2030-01-31T12:00:00Z";
                return null;
            }

            expires = moment;
        }

        problem = "";
        return new ExecCredential(token, expires);
    }

    private static string? Field(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
