namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>The variables by which clouds tell a process who it is, and the files that they name.</summary>
/// <param name="environment">Null when a variable is not set.</param>
internal sealed class CloudVariables(Func<string, string?> environment)
{
    /// <summary>Null when it is not set, or empty.</summary>
    public string? this[string name] => environment(name) is { Length: > 0 } value ? value : null;

    public bool IsTrue(string name) => this[name]?.ToUpperInvariant() is "TRUE" or "1" or "YES";

    /// <summary>A file below the home of the user that is there; null otherwise.</summary>
    public string? InHome(params ReadOnlySpan<string> path)
    {
        if (this["HOME"] is not { } home)
            return null;
        var file = Path.Combine([home, .. path]);
        return File.Exists(file) ? file : null;
    }

    public bool HasProgram(string name) => (this["PATH"] ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified).Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>Where a service of Amazon is, by the variables of its SDKs; null: where it usually is.</summary>
    /// <param name="service">As in names of hosts: <c>sts</c>, <c>ecr-public</c>.</param>
    /// <seealso href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"/>
    public Uri? AmazonEndpoint(string service)
    {
        if (IsTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
            return null;
        var name = $"AWS_ENDPOINT_URL_{service.ToUpperInvariant().Replace('-', '_')}";
        if ((this[name] ?? this["AWS_ENDPOINT_URL"]) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new CloudException($"{name} or AWS_ENDPOINT_URL is not a URL");
    }
}
