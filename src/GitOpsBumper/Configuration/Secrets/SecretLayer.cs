using System.Text.RegularExpressions;
using GitOpsBumper.Adapters.Manifests;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;

namespace GitOpsBumper.Configuration.Secrets;

/// <summary>
/// What the bot is told in confidence: the Secret <c>gitops-bumper-secret</c> of Argo CD's namespace, above that of Image Updater, key by key. Unlike the
/// settings it has no flags: what stands in a command line can be read by everybody on the machine.
/// </summary>
internal sealed partial class SecretLayer
{
    public const string OwnName = "gitops-bumper-secret";
    public const string ImageUpdaterName = "argocd-image-updater-secret";

    private readonly SortedDictionary<string, SecretEntry> _entries;

    private SecretLayer(SortedDictionary<string, SecretEntry> entries) => _entries = entries;

    public static SecretLayer Empty { get; } = new([]);

    /// <param name="secrets">Any; those of other names and namespaces do not count.</param>
    /// <param name="argoCdNamespace">Where they have to be.</param>
    public static SecretLayer Read(IEnumerable<KubernetesSecret> secrets, string argoCdNamespace)
    {
        var entries = new SortedDictionary<string, SecretEntry>(StringComparer.Ordinal);
        var all = secrets.Where(secret => secret.Name.Namespace == argoCdNamespace).ToList();
        foreach (var name in new[] { ImageUpdaterName, OwnName })
        {
            foreach (var (key, value) in all.LastOrDefault(secret => secret.Name.Name == name)?.Data ?? new Dictionary<string, string>())
            {
                // A line break at the end comes from a file or an editor.
                if (!string.IsNullOrWhiteSpace(value))
                    entries[key] = new SecretEntry(key, $"'{key}' of secret {new NamespacedName(argoCdNamespace, name)}", new Secret(LineBreaks().Replace(value, "")));
            }
        }

        return new SecretLayer(entries);
    }

    /// <summary>Null: not set. A blank value counts as none.</summary>
    public SecretEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Those whose keys begin so, in the order of the keys.</summary>
    public IEnumerable<SecretEntry> Under(string prefix) => _entries.Values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));

    [GeneratedRegex(@"[\r\n]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex LineBreaks();
}

/// <param name="Key">Of the secret.</param>
/// <param name="Origin">Key and secret, for messages.</param>
/// <param name="Value">Not blank.</param>
internal sealed record SecretEntry(string Key, string Origin, Secret Value);
