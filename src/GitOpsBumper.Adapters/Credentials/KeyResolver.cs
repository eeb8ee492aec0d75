using System.Collections.Concurrent;
using System.Text;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Signatures;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>Fetches the public keys that annotations name. One per update cycle, like the credentials: changed keys count in the next one.</summary>
public sealed class KeyResolver(CredentialResolver credentials, CredentialSources sources)
{
    public const string FileExtension = ".pub";

    private readonly ConcurrentDictionary<KeyReference, PublicKeySet> _keys = new();

    /// <exception cref="CredentialException">The application may not name the keys, or they cannot be had, or they are none.</exception>
    public async Task<PublicKeySet> ResolveAsync(NamespacedName application, KeyReference reference, CancellationToken cancellationToken)
    {
        if (reference is KeyReference.SecretField { Secret: var secret } && SecretRule.Check(secret, application, sources.AllowedNamespaces) is { } refusal)
            throw new CredentialException(refusal);
        if (_keys.TryGetValue(reference, out var known))
            return known;
        var text = reference switch
        {
            KeyReference.SecretField { Secret: var name, Field: var field } => FromField(name, field, (await credentials.SecretAsync(name, cancellationToken)).Data),
            KeyReference.EnvironmentVariable { Name: var name } => FromVariable(name),
            KeyReference.Named { Name: var name } => await FromFileAsync(name, cancellationToken),
            _ => throw new InvalidOperationException($"{reference.GetType().Name} is no kind of key that is known here"),
        };
        return PublicKeySet.TryParse(text, out var keys, out var problem)
            ? _keys.GetOrAdd(reference, keys)
            : throw new CredentialException($"{reference} names no public key: {problem}");
    }

    private static string FromField(NamespacedName name, string field, IReadOnlyDictionary<string, string> data) =>
        data.TryGetValue(field, out var text) ? text : throw new CredentialException($"secret {name} has no field '{field}', which should hold a public key");

    private string FromVariable(string name)
    {
        if (!sources.AllowedVariables.Contains(name))
            throw new CredentialException($"environment variable {name} may not be named by annotations; those that may are listed with --allowed-env");
        return sources.Environment(name) is { Length: > 0 } text ? text : throw new CredentialException($"environment variable {name} is not set, it should hold a public key");
    }

    /// <summary>The name is one by its grammar: it leads to no other folder.</summary>
    private async Task<string> FromFileAsync(string name, CancellationToken cancellationToken)
    {
        if (sources.KeysFolder is not { } folder)
            throw new CredentialException($"there are no named keys, so key '{name}' is none: --verify-keys-dir names their folder");
        var file = Path.Combine(folder, name + FileExtension);
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 4096, FileOptions.Asynchronous);
            var buffer = new byte[PublicKeySet.MaxCharacters + 1];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CredentialException($"there is no key '{name}': {name}{FileExtension} is not in the folder of --verify-keys-dir");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException($"key '{name}' cannot be read from the folder of --verify-keys-dir: {failure.GetType().Name}");
        }
    }
}
