using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Credentials;

/// <summary>Who may write an Application may not thereby read the secrets of other namespaces.</summary>
public static class SecretRule
{
    private const string AllNamespaces = "*";

    /// <summary>Null when the Application may name the secret, else a sentence.</summary>
    /// <param name="secret">That an annotation names.</param>
    /// <param name="application">Whose annotation it is.</param>
    /// <param name="allowed">Namespaces besides its own; <c>*</c> for all.</param>
    public static string? Check(NamespacedName secret, NamespacedName application, IReadOnlyList<string> allowed)
    {
        if (secret.Namespace == application.Namespace || allowed.Any(name => name == AllNamespaces || name == secret.Namespace))
            return null;
        var namespaces = allowed.Append(application.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return $"secret '{Shortened.Text(secret.ToString())}' is in another namespace than the Application; allowed are secrets in {string.Join(", ", namespaces)}, more with --allowed-secret-namespaces";
    }
}
