using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Core.Annotations.Reading;

/// <summary>Who may write an Application may not thereby read the secrets of other namespaces.</summary>
internal static class SecretRule
{
    private const string AllNamespaces = "*";

    /// <summary>Null when the Application may name the secret.</summary>
    public static string? Check(NamespacedName secret, NamespacedName application, AnnotationDefaults defaults)
    {
        if (secret.Namespace == application.Namespace || defaults.AllowedSecretNamespaces.Any(allowed => allowed == AllNamespaces || allowed == secret.Namespace))
            return null;
        var namespaces = defaults.AllowedSecretNamespaces.Append(application.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return $"secret '{Shortened.Text(secret.ToString())}' is in another namespace than the Application; allowed are secrets in {string.Join(", ", namespaces)}";
    }
}
