using GitOpsBumper.Adapters.Processes;

namespace GitOpsBumper.Adapters.Git.Signing;

/// <summary>
/// Has the key ready that commits are signed with, and puts it away when another one takes its place and nobody signs with it any more. Lives as long as the process: gpg starts an
/// agent for each folder of keys, of which there is to be one.
/// </summary>
/// <param name="timeout">Of each program.</param>
/// <param name="environment">Reads a variable of ours; null when it is not set.</param>
/// <param name="time">Of timeouts.</param>
public sealed class CommitSigners(TimeSpan timeout, Func<string, string?> environment, TimeProvider time) : IDisposable
{
    private readonly ProcessRunner _runner = new(time);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SharedSigner? _current;

    /// <summary>Signs once for a trial, when the key is new.</summary>
    /// <exception cref="GitException">It cannot be signed with the key; the message says why.</exception>
    public async Task<CommitSigning> OpenAsync(SigningKey key, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is null || _current.IsBroken || _current.Key != key)
            {
                var next = await CreateAsync(key, cancellationToken).ConfigureAwait(false);
                _current?.Release();
                _current = next;
            }

            return _current.Use();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _current?.Release();
        _turn.Dispose();
    }

    private async Task<SharedSigner> CreateAsync(SigningKey key, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The shared signer disposes of it, or the catch below.
        CommitSigner signer = key switch
        {
            SigningKey.Ssh { Key: var file } => await SshSigner.CreateAsync(file, _runner, timeout, cancellationToken).ConfigureAwait(false),
            SigningKey.OpenPgp exported => await OpenPgpSigner.ImportAsync(exported, _runner, timeout, cancellationToken).ConfigureAwait(false),
            SigningKey.OpenPgpId id => OpenPgpSigner.Of(id, _runner, timeout, environment),
            _ => throw new ArgumentOutOfRangeException(nameof(key)),
        };
#pragma warning restore CA2000
        try
        {
            await signer.SignAsync("a trial"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            return new SharedSigner(key, signer);
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }
}

/// <summary>The right to sign; the key stays where it is until this is disposed of.</summary>
public sealed class CommitSigning : IDisposable
{
    private readonly SharedSigner _shared;
    private bool _disposed;

    internal CommitSigning(SharedSigner shared) => _shared = shared;

    /// <exception cref="GitException">The program refuses.</exception>
    internal Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) => _shared.SignAsync(payload, cancellationToken);

    public void Dispose()
    {
        if (!_disposed)
            _shared.Release();
        _disposed = true;
    }
}

/// <summary>One signer for all who sign with its key.</summary>
internal sealed class SharedSigner(SigningKey key, CommitSigner signer)
{
    private readonly Lock _gate = new();
    private int _users = 1;

    public SigningKey Key => key;

    /// <summary>A signature failed: whoever comes next begins anew, as the files may be gone.</summary>
    public bool IsBroken { get; private set; }

    public CommitSigning Use()
    {
        lock (_gate)
            _users++;
        return new CommitSigning(this);
    }

    public async Task<string> SignAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            return await signer.SignAsync(payload, cancellationToken).ConfigureAwait(false);
        }
        catch (GitException)
        {
            IsBroken = true;
            throw;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            if (--_users > 0)
                return;
        }

        signer.Dispose();
    }
}
