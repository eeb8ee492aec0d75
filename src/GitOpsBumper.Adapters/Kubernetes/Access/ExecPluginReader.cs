using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBumper.Adapters.Manifests;

namespace GitOpsBumper.Adapters.Kubernetes.Access;

/// <summary>Reads the <c>exec</c> of a user.</summary>
internal static class ExecPluginReader
{
    private const int MaxConfigNodes = 1000;
    private const string Extension = "client.authentication.k8s.io/exec";

    private static readonly string[] Known = ["apiVersion", "command", "args", "env", "installHint", "provideClusterInfo", "interactiveMode"];

    /// <summary>Null when problems were added.</summary>
    public static ExecPlugin? Read(KubeconfigEntry entry, KubernetesAccess cluster, KubeconfigEntry clusterEntry, List<string> problems)
    {
        var before = problems.Count;
        var fields = new KubeconfigFields(entry, entry.Content?["exec"], "exec.", problems);
        fields.RefuseNearly(Known);
        var version = fields.Text("apiVersion");
        if (version is not (ExecPlugin.Group + "v1" or ExecPlugin.Group + "v1beta1"))
            fields.Add("apiVersion", $"{(version is null ? "it is missing" : $"'{Quoted.Short(version)}' is not known")}, allowed are {ExecPlugin.Group}v1 and {ExecPlugin.Group}v1beta1");
        CheckMode(fields);
        var plugin = new ExecPlugin
        {
            ApiVersion = version ?? "",
            Command = ReadCommand(fields) ?? "",
            Arguments = ReadArguments(fields),
            Environment = ReadEnvironment(fields),
            InstallHint = fields.Text("installHint") is { } hint ? Quoted.Short(hint, most: 500) : null,
            Cluster = fields.Flag("provideClusterInfo") ? Describe(cluster, clusterEntry, problems) : null,
            Where = entry.Where,
        };
        return problems.Count == before ? plugin : null;
    }

    private static void CheckMode(KubeconfigFields fields)
    {
        switch (fields.Text("interactiveMode"))
        {
            case null or "Never" or "IfAvailable":
                break;
            case "Always":
                fields.Add("interactiveMode", "'Always' is not possible, as nobody is there who could answer the plugin's questions; allowed are Never and IfAvailable");
                break;
            case { } mode:
                fields.Add("interactiveMode", $"'{Quoted.Short(mode)}' is not known, allowed are Never and IfAvailable");
                break;
        }
    }

    private static string? ReadCommand(KubeconfigFields fields)
    {
        var command = fields.Text("command");
        if (command is not null && command.Contains('/', StringComparison.Ordinal))
            return fields.FilePath("command");
        if (command is null && !fields.Has("command"))
            fields.Add("command", "it is missing; it has to be a program on the PATH, or a path");
        return command;
    }

    private static List<string> ReadArguments(KubeconfigFields fields)
    {
        var arguments = new List<string>();
        foreach (var item in fields.Items("args"))
        {
            if (item.Text is null || item.Text.Contains('\0', StringComparison.Ordinal))
                fields.Add("args", $"number {arguments.Count + 1} is {(item.Text is null ? item.Kind : "no argument of a program, it holds a zero character")}, it has to be a text");
            arguments.Add(item.Text ?? "");
        }

        return arguments;
    }

    private static Dictionary<string, string> ReadEnvironment(KubeconfigFields fields)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in fields.Items("env"))
        {
            var (name, value) = (item["name"]?.Text, item["value"]?.Text ?? "");
            if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                fields.Add("env", $"line {item.Line} is not a variable, it has to be a name without '=' and a value");
            else
                environment[name] = value;
        }

        return environment;
    }

    /// <summary>The <c>spec.cluster</c> of an ExecCredential.</summary>
    private static JsonObject Describe(KubernetesAccess access, KubeconfigEntry entry, List<string> problems)
    {
        var cluster = new JsonObject { ["server"] = access.Server.AbsoluteUri.TrimEnd('/') };
        if (access.TlsServerName is not null)
            cluster["tls-server-name"] = access.TlsServerName;
        if (access.SkipsTlsVerification)
            cluster["insecure-skip-tls-verify"] = true;
        if (access.Authorities.Count > 0)
            cluster["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(access.Authorities.Select(authority => authority.ExportCertificatePem() + "\n"))));
        if (access.Proxy is not null)
            cluster["proxy-url"] = access.Proxy.AbsoluteUri;
        if (entry.Content?["extensions"]?.Items?.FirstOrDefault(item => item["name"]?.Text == Extension)?["extension"] is { } config)
        {
            var left = MaxConfigNodes;
            cluster["config"] = Json(config, ref left);
            if (left < 0)
                problems.Add($"{entry.Where}, extensions: '{Extension}' has more than {MaxConfigNodes} values, which is too much for a plugin");
        }

        return cluster;
    }

    /// <param name="node">Aliases are written out, so that a short text may have many values.</param>
    /// <param name="left">How many more values there may be; below zero: there were more.</param>
    private static JsonNode? Json(ManifestNode node, ref int left)
    {
        if (--left < 0)
            return null;
        if (node.Map is not null)
        {
            var map = new JsonObject();
            foreach (var (name, value) in node.Map)
                map[name] = Json(value, ref left);
            return map;
        }

        if (node.Items is not null)
        {
            var list = new JsonArray();
            foreach (var item in node.Items)
            {
                if (left < 0)
                    break;
                list.Add(Json(item, ref left));
            }

            return list;
        }

        if (node.IsNull)
            return null;
        return node.IsString ? JsonValue.Create(node.Text) : Plain(node.Text ?? "");
    }

    /// <summary>Without quotes, what JSON takes for a number or a boolean is one.</summary>
    private static JsonValue? Plain(string text)
    {
        try
        {
            using var value = JsonDocument.Parse(text);
            return value.RootElement.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? JsonValue.Create(value.RootElement.Clone()) : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
