// Package seal keeps what people said and who they are unreadable to whoever holds only the files. Every customer and
// every account has a data key of its own; erasing a person is destroying that key.
//
//	key-encryption key (KEK)    32 bytes from a file or the environment, never stored
//	  └─ data key of a subject  AES-256-GCM, made at first use, wrapped by the KEK, in the table seal_keys
//	       └─ sealed values     in the services' own tables, each bound by its aad to the place where it stands
//	  └─ blinding key           made at first start, wrapped likewise: keyed hashes for look-ups (Blind)
//
// The cryptography is Tink's (https://developers.google.com/tink/aead). The store that holds the wrapped keys is kept out
// of backups: a backup must not bring a destroyed key to life.
package seal
