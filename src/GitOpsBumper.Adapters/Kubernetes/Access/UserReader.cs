using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Reads as whom to speak: a token, a client certificate or both, or a program that gets a token.</summary>
internal static class UserReader
{
    private const string Instead = "use a token, a client certificate or an exec plugin instead";

    private static readonly string[] Passwords = ["username", "password"];
    private static readonly string[] Impersonation = ["as", "as-uid", "as-groups", "as-user-extra"];
    private static readonly string[] BesidesExec = ["token", "tokenFile", "client-certificate", "client-certificate-data"];

    private static readonly string[] Known =
    [
        .. BesidesExec, .. Passwords, .. Impersonation, "client-key", "client-key-data", "auth-provider", "exec", "extensions",
    ];

    /// <param name="entry">The user.</param>
    /// <param name="cluster">Where it is to be known.</param>
    /// <param name="clusterEntry">What an exec plugin is told about the cluster.</param>
    /// <param name="environment">Where <c>PATH</c> is.</param>
    /// <param name="time">Of tokens that expire.</param>
    /// <param name="problems">Added to.</param>
    public static KubernetesAccess Read(
        KubeconfigEntry entry, KubernetesAccess cluster, KubeconfigEntry clusterEntry, Func<string, string?> environment, TimeProvider time, List<string> problems)
    {
        var fields = new KubeconfigFields(entry, entry.Content, "", problems);
        fields.RefuseNearly(Known);
        Refuse(fields);
        var token = ReadToken(fields, time);
        if (fields.Has("exec"))
        {
            string[] others = [.. BesidesExec.Where(fields.Has)];
            if (others.Length > 0)
                fields.Add("exec", $"{string.Join(" and ", others)} stands there too, only one way to sign in can count");
            if (ExecPluginReader.Read(entry, cluster, clusterEntry, problems) is { } plugin)
                token = new ExecToken(plugin, environment, time);
        }

        var authorities = new X509Certificate2Collection();
        var known = cluster with { ClientCertificate = ReadCertificate(fields, authorities), ClientAuthorities = authorities, Token = token };
        // As kubectl does it: what anybody on the way could read is not sent.
        return cluster.Server.Scheme == Uri.UriSchemeHttp ? cluster : known;
    }

    private static void Refuse(KubeconfigFields fields)
    {
        foreach (var field in Passwords.Where(fields.Has))
            fields.Add(field, $"a user name with a password is not supported, API servers accept none since Kubernetes 1.19; {Instead}");
        foreach (var field in Impersonation.Where(fields.Has))
            fields.Add(field, "to speak as somebody else (impersonation) is not supported; use a user that has the rights itself");
        if (!fields.Has("auth-provider"))
            return;
        var name = fields.Node("auth-provider")?["name"]?.Text ?? "";
        var plugin = name switch
        {
            "gcp" => "the exec plugin gke-gcloud-auth-plugin",
            "azure" => "the exec plugin kubelogin of Azure",
            "oidc" => "the exec plugin kubectl-oidc_login",
            _ => "an exec plugin",
        };
        fields.Add("auth-provider", $"'{Quoted.Short(name)}' is not supported, authentication providers are deprecated by Kubernetes; use {plugin} instead");
    }

    private static IKubernetesToken? ReadToken(KubeconfigFields fields, TimeProvider time)
    {
        var text = fields.Text("token");
        if (fields.FilePath("tokenFile") is { } path)
        {
            // Of both the file counts, as it is the one that somebody keeps current.
            var file = new FileToken(path, time);
            if (file.Problem() is { } unread)
                fields.Add("tokenFile", unread);
            return file;
        }

        if (text is null)
            return null;
        if (BearerText.TryParse(text, out var token, out var problem))
            return new FixedToken(token);
        fields.Add("token", problem);
        return null;
    }

    /// <summary>The first certificate, with its key; those behind it are its authorities.</summary>
    private static X509Certificate2? ReadCertificate(KubeconfigFields fields, X509Certificate2Collection authorities)
    {
        var hasCertificate = fields.Has("client-certificate") || fields.Has("client-certificate-data");
        var hasKey = fields.Has("client-key") || fields.Has("client-key-data");
        if (hasCertificate != hasKey)
        {
            fields.Add(hasCertificate ? "client-certificate" : "client-key", hasCertificate ? "the client-key that belongs to it is missing" : "the client-certificate that belongs to it is missing");
            return null;
        }

        var (certificate, key) = (fields.Pem("client-certificate"), fields.Pem("client-key"));
        if (certificate is null || key is null)
            return null;
        if (!ClusterReader.TryImport(authorities, certificate))
        {
            fields.Add("client-certificate", "it holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----");
            return null;
        }

        authorities.RemoveAt(0);

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            fields.Add("client-key", "it is encrypted, and nobody is there to be asked for its password; it has to be plain PEM");
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            fields.Add("client-key", "it is not the private key of client-certificate; it has to be RSA or EC in PEM and match");
            return null;
        }
    }
}
