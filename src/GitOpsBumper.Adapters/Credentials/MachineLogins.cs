using System.Collections.Concurrent;
using GitOpsBumper.Core.Credentials;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Adapters.Credentials;

/// <summary>What the machine is logged in with, as one cycle sees it: the file is read once, and each helper asked once for each registry.</summary>
internal sealed class MachineLogins(MachineCredentials machine)
{
    private readonly ConcurrentDictionary<Question, Lazy<Task<UserCredential?>>> _asked = new();
    private volatile Contents? _contents;

    /// <summary>Anonymous where the machine is not logged in.</summary>
    /// <exception cref="CredentialException">The helper that the file names for this registry gives no answer.</exception>
    public async Task<FoundCredential> FindAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        var contents = _contents ??= Read();
        if (contents.Config is not { } config)
            return new FoundCredential(null, FoundCredential.Anonymous) { Note = contents.Problem };
        var note = contents.Problem;
        if (config.HelperFor(repository, out var isForAll) is { } helper)
        {
            try
            {
                if (await AskAsync(new Question(helper, DockerClientConfig.ServerOf(repository)), cancellationToken) is { } kept)
                    return new FoundCredential(kept, $"{machine.Name} (credential helper {helper})");
            }
            catch (CredentialException failure) when (isForAll)
            {
                // A store that is broken must not hide what everybody may see.
                note = failure.Message;
            }
        }

        return config.Find(repository) is { } credential
            ? new FoundCredential(credential, machine.Name)
            : new FoundCredential(null, FoundCredential.Anonymous) { Note = note };
    }

    /// <summary>The file is read again, and the helper asked again for the registry.</summary>
    public void Forget(RepositoryName repository)
    {
        var server = DockerClientConfig.ServerOf(repository);
        _contents = null;
        foreach (var question in _asked.Keys.Where(question => question.Server == server))
            _asked.TryRemove(question, out _);
    }

    private Contents Read()
    {
        var config = machine.Read(out var problems);
        return new Contents(config, problems.Count == 0 ? null : problems[0]);
    }

    private Task<UserCredential?> AskAsync(Question question, CancellationToken cancellationToken) => _asked
        .GetOrAdd(question, question => new(() => machine.AskAsync(question.Helper, question.Server, CancellationToken.None))).Value.WaitAsync(cancellationToken);

    private sealed record Question(string Helper, string Server);

    /// <param name="Config">Null: there is none that can be used.</param>
    /// <param name="Problem">The first; null: there is none.</param>
    private sealed record Contents(DockerClientConfig? Config, string? Problem);
}
