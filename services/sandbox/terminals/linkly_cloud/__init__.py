"""A practice Linkly Cloud with one PIN pad: no card is ever charged."""
