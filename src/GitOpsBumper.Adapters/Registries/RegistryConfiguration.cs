using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Registries;

/// <summary>What <c>registries.conf</c> says. A registry that it does not name is reached as its name says.</summary>
public sealed class RegistryConfiguration
{
    private readonly ConcurrentDictionary<string, RegistryEndpoint> _unconfigured = new(StringComparer.Ordinal);
    private readonly RegistryEndpoint[] _longestFirst;

    public RegistryConfiguration(IReadOnlyList<RegistryEndpoint> endpoints, IReadOnlyList<string> notes)
    {
        Endpoints = endpoints;
        Notes = notes;
        _longestFirst = [.. endpoints.OrderByDescending(endpoint => endpoint.Prefix.Length)];
    }

    public static RegistryConfiguration Empty { get; } = new([], []);

    public IReadOnlyList<RegistryEndpoint> Endpoints { get; }

    /// <summary>Sentences about settings that are accepted and have no effect.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads the text of <c>registries.conf</c>; all problems at once, none when there is a value.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RegistryConfiguration? value, out IReadOnlyList<RegistryProblem> problems) =>
        RegistryConfigurationReader.TryRead(text, out value, out problems);

    /// <summary>The entry with the longest prefix of the repository, else what the name of its registry says.</summary>
    public RegistryEndpoint EndpointFor(RepositoryName repository)
    {
        var name = repository.ToString();
        foreach (var endpoint in _longestFirst)
        {
            if (name.Length > endpoint.Prefix.Length && name[endpoint.Prefix.Length] == '/' && name.StartsWith(endpoint.Prefix, StringComparison.Ordinal))
                return endpoint;
        }

        return _unconfigured.GetOrAdd(repository.Registry, RegistryEndpoint.Of);
    }

    /// <summary>The repository that an image means, where <c>default: true</c> says that images without a registry are not those of Docker Hub.</summary>
    public RepositoryName RepositoryOf(ImageReference image)
    {
        var standard = Endpoints.FirstOrDefault(endpoint => endpoint.IsDefault);
        if (standard is null || image.Repository.Registry != RepositoryName.DefaultRegistry || NamesRegistry(image.Name))
            return image.Repository;
        return RepositoryName.TryParse($"{standard.Prefix}/{image.Name}", out var repository, out _) ? repository : image.Repository;
    }

    private static bool NamesRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && name.AsSpan(0, slash).ContainsAny(".:");
    }
}

/// <summary>One mistake in <c>registries.conf</c>.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Entry">The name of the registry, or its prefix, or its number; empty for the file as a whole.</param>
/// <param name="Field">Empty for the entry as a whole.</param>
/// <param name="Value">As written; shortened.</param>
/// <param name="Message">A sentence that says what is allowed.</param>
public sealed record RegistryProblem(int Line, string Entry, string Field, string Value, string Message)
{
    public override string ToString() => $"line {Line}{(Entry.Length == 0 ? "" : $", registry '{Entry}'")}{(Field.Length == 0 ? "" : $", {Field}")}: {Message}";
}
